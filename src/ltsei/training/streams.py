"""The batches of a training: what each sampler draws, epoch after epoch, as indices on the device."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np
import torch
from torch import Tensor

from ltsei.components.samplers._shared import Sampler
from ltsei.training.sampling import ClassCycles
from ltsei.training.signal_memory import Signals, place_of_indices


class Drawn(NamedTuple):
    """A batch of one stream, before augmentation.

    Attributes:
        inputs: signals or features, [B, ...].
        labels: int64 [B].
        repeated: which signals were drawn earlier in the same epoch, bool [B].
        teacher: logits of the teacher, [B, C]; None without one.
        unlabelled: the unlabelled signals of the step, whose labels mean nothing; None without any.
    """

    inputs: Tensor
    labels: Tensor
    repeated: Tensor
    teacher: Tensor | None = None
    unlabelled: "Drawn | None" = None


class Stream:
    """The draws of one sampler.

    Attributes:
        order: the signals of the present epoch in training order, int64 [n]; None before its first step.
        ratio: unlabelled signals for each row of the step's batch; 0 where signals have labels.
    """

    ratio = 0

    def __init__(
        self,
        sampler: Sampler,
        inputs: Signals,
        labels: Tensor,
        rng: np.random.Generator,
        teacher: Tensor | None = None,
    ) -> None:
        """Draw from inputs [N, ...], with labels int64 [N] and a teacher's logits [N, C] on the device."""
        self.sampler, self.inputs, self.labels, self.teacher = sampler, inputs, labels, teacher
        self.cycles = ClassCycles(
            labels.cpu().numpy(), len(sampler(0.0)), rng, pool=sampler.pool, consecutive=sampler.consecutive
        )
        self.order: Tensor | None = None
        self._rows: Tensor | None = None
        self._repeated: Tensor | None = None

    @classmethod
    def of_unlabelled(cls, inputs: Signals, ratio: int, rng: np.random.Generator) -> Self:
        """Cycle through unlabelled inputs [N, ...], `ratio` of them for each row of the step's batch."""
        labels = torch.zeros(len(inputs), dtype=torch.int64, device=inputs.device)
        stream = cls(Sampler(lambda progress: np.array([float(len(inputs))])), inputs, labels, rng)
        stream.ratio = ratio
        return stream

    def open_epoch(self, progress: float, length: int | None = None) -> int:
        """Draw the order of an epoch and return its length.

        Args:
            progress: of the training, in [0, 1].
            length: of the epoch, in rows of the step's batches; None: as long as the sampler says.
        """
        expected = self.sampler(progress)
        if self.ratio and length is not None:
            length *= self.ratio
        drawn = self.cycles.epoch(expected if length is None else expected * (length / expected.sum()))
        self._set(drawn)
        return len(drawn)

    def close_epoch(self) -> None:
        """Forget the order of the epoch that is over."""
        self.order = self._rows = self._repeated = None

    @property
    def epoch_labels(self) -> Tensor:
        """The labels of the epoch in training order, int64 [n]."""
        return self.labels[self._opened()]

    def batch(self, rows: slice) -> Drawn:
        """Return some rows of the epoch."""
        order = self._opened()[rows]
        assert self._repeated is not None and self._rows is not None
        inputs = self.inputs.index_select(0, self._rows[rows])
        teacher = None if self.teacher is None else self.teacher[order]
        return Drawn(inputs, self.labels[order], self._repeated[rows], teacher)

    def state_dict(self) -> dict[str, Any]:
        """Return what the following draws depend on; the order is None between two epochs."""
        return {"cycles": self.cycles.state_dict(), "order": self.order}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue where `state_dict` was called."""
        self.cycles.load_state_dict(state["cycles"])
        if state["order"] is not None:
            self._set(state["order"].cpu().numpy())

    def _opened(self) -> Tensor:
        assert self.order is not None
        return self.order

    def _set(self, order: np.ndarray) -> None:
        repeated = np.ones(len(order), dtype=bool)
        repeated[np.unique(order, return_index=True)[1]] = False
        device, indices = self.labels.device, torch.from_numpy(order)
        self.order, self._repeated = indices.to(device), torch.from_numpy(repeated).to(device)
        self._rows = indices.to(place_of_indices(self.inputs))


def step_batches(streams: Sequence[Stream], rows: slice) -> list[Drawn]:
    """Return the same rows of each stream: the batch of the recipe's sampler, then that of its partner sampler.

    The unlabelled signals of the step come with the first one.
    """
    first, *partners = (stream.batch(rows) for stream in streams if not stream.ratio)
    for stream in streams:
        if stream.ratio:
            first = first._replace(unlabelled=stream.batch(slice(rows.start * stream.ratio, rows.stop * stream.ratio)))
    return [first, *partners]
