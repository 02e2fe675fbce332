"""Terms that train the gate of a mixture of experts: supervision by the rarity of the class, and load balance."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor, nn

from ltsei.components.losses._shared import constant, widen

LEAST_USAGE = 1e-3
"""Lower bound of an expert's target usage, so that an expert without classes costs a finite amount."""


class GateTerms(nn.Module):
    """Scalar terms for the gate of a mixture of experts.

    Attributes:
        positions: where each class lies between the first expert (0) and the last (1), [C].
    """

    positions: Tensor

    def __init__(
        self,
        positions: np.ndarray,
        probabilities: Callable[[float], np.ndarray],
        smoothing: float,
        gate: float,
        lb: float,
        uniform_usage: bool,
        offset: float = 0.0,
    ) -> None:
        """Supervise the gate by log(g + `offset`); the modules that use these terms document the other arguments."""
        super().__init__()
        self.register_buffer("positions", constant(positions), persistent=False)
        self.probabilities, self.smoothing, self.lambda_gate, self.lambda_lb = probabilities, smoothing, gate, lb
        self.uniform_usage, self.offset = uniform_usage or gate == 0, offset
        self._usage: tuple[float, Tensor] | None = None

    def forward(self, log_gate: Tensor, labels: Tensor, progress: float) -> Mapping[str, Tensor]:
        """Return the active terms, each times its lambda; `log_gate` [B, E] holds logarithms of gate probabilities.

        From the logarithm, even a gate that is sure of the wrong expert has a gradient; below a probability of 1e-38
        there is none. An offset takes the gradient away below about its own size.
        """
        log_gate = widen(log_gate)
        log_gate = log_gate.clamp_min(torch.finfo(log_gate.dtype).min)
        gate, targets = log_gate.exp(), self.targets(log_gate.shape[1])
        terms = {}
        if self.lambda_gate > 0:
            target = targets[labels]
            supervised = (gate + self.offset).log() if self.offset else log_gate
            divergence = torch.xlogy(target, target) - target * supervised
            terms["gate"] = self.lambda_gate * divergence.sum(1).mean()
        if self.lambda_lb > 0:
            routed = nn.functional.one_hot(gate.argmax(1), gate.shape[1]).to(gate.dtype).mean(0)
            terms["load_balance"] = self.lambda_lb * (routed * gate.mean(0) / self.usage(targets, progress)).sum()
        return terms

    def targets(self, experts: int) -> Tensor:
        """Return the target gate probabilities of each class, [C, E]; each row sums to 1."""
        knots = torch.arange(experts, device=self.positions.device)
        hats = (1 - (self.positions[:, None] * (experts - 1) - knots).abs()).clamp_min(0)
        return (1 - self.smoothing) * hats + self.smoothing / experts

    def usage(self, targets: Tensor, progress: float) -> Tensor:
        """Return the target usage of each expert, a fraction of all signals, [E]; computed once per epoch."""
        if self.uniform_usage:
            return torch.full_like(targets[0], 1 / targets.shape[1])
        if self._usage is None or self._usage[0] != progress:
            probabilities = constant(self.probabilities(progress)).to(targets)
            self._usage = progress, (probabilities @ targets).clamp_min(LEAST_USAGE)
        return self._usage[1]
