"""Terms which teach the gate of a mixture of experts: agreement with the classes' places, and balanced use."""

import math
from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor, nn

from ltsei.components.losses._shared import check_range, constant, widen

LEAST_USE = 1e-3
"""Lower bound of an expert's target use, so that an expert which no class is meant for costs a finite amount."""


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
        uniform_use: bool,
    ) -> None:
        super().__init__()
        check_range(0, 1, gate_smoothing=smoothing)
        check_range(0, math.inf, lambda_gate=gate, lambda_lb=lb)
        self.register_buffer("positions", constant(positions), persistent=False)
        self.probabilities, self.smoothing, self.lambda_gate, self.lambda_lb = probabilities, smoothing, gate, lb
        self.uniform_use = uniform_use or gate == 0
        self._use: tuple[float, Tensor] | None = None

    def forward(self, log_gate: Tensor, labels: Tensor, progress: float) -> Mapping[str, Tensor]:
        """Return the terms in force, multiplied by their lambda; `log_gate` [B, E] is the logarithm of the shares.

        From the logarithm even a gate that is sure of the wrong expert has a gradient; shares below 1e-38 have none.
        """
        log_gate = widen(log_gate)
        log_gate = log_gate.clamp_min(torch.finfo(log_gate.dtype).min)
        gate, targets = log_gate.exp(), self.targets(log_gate.shape[1])
        terms = {}
        if self.lambda_gate > 0:
            target = targets[labels]
            divergence = torch.xlogy(target, target) - target * log_gate
            terms["gate"] = self.lambda_gate * divergence.sum(1).mean()
        if self.lambda_lb > 0:
            share = nn.functional.one_hot(gate.argmax(1), gate.shape[1]).to(gate.dtype).mean(0)
            terms["load_balance"] = self.lambda_lb * (share * gate.mean(0) / self.use(targets, progress)).sum()
        return terms

    def targets(self, experts: int) -> Tensor:
        """Return the share of each expert that each class should get, [C, E]; rows sum to 1."""
        knots = torch.arange(experts, device=self.positions.device)
        hats = (1 - (self.positions[:, None] * (experts - 1) - knots).abs()).clamp_min(0)
        return (1 - self.smoothing) * hats + self.smoothing / experts

    def use(self, targets: Tensor, progress: float) -> Tensor:
        """Return the share of all signals that each expert should get, [E]; made once per epoch."""
        if self.uniform_use:
            return torch.full_like(targets[0], 1 / targets.shape[1])
        if self._use is None or self._use[0] != progress:
            probabilities = constant(self.probabilities(progress)).to(targets)
            self._use = progress, (probabilities @ targets).clamp_min(LEAST_USE)
        return self._use[1]
