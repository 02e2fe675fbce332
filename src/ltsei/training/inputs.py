"""The inputs of one cell: its signals, preprocessed alike in every stage, and cached features."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from ltsei.core import files
from ltsei.data import preprocess
from ltsei.data.part_checks import DTYPE
from ltsei.data.split import Split
from ltsei.data.store import Store
from ltsei.data.unlabelled import UnlabelledStore
from ltsei.runtime import checkpoint
from ltsei.runtime.attempt import SignalMemory
from ltsei.training.signal_memory import DiskSignals, HostSignals, Signals, chosen

PARTS = ("train", "val", "test")


@dataclass(frozen=True)
class CellData:
    """Signals and labels of the parts ``train``, ``val`` and ``test``.

    Attributes:
        store: all signals.
        split: which of them are training and validation.
        length: samples per signal, None as they are.
        normalize: how each signal is normalised.
        device: on which preprocessed signals lie.
        unlabelled: the data set's unlabelled signals; None where stage 1 does not use them.
    """

    store: Store
    split: Split
    length: int | None
    normalize: Literal["rms", "channel", "none"]
    device: torch.device
    unlabelled: UnlabelledStore | None = None

    @property
    def signal_shape(self) -> tuple[int, ...]:
        """The shape of a preprocessed signal, (*shape, channels)."""
        length, *rest = self.store.meta.signal_shape
        return (self.length or length, *rest)

    @property
    def identity(self) -> str:
        """A digest of how the signals were made and which are used."""
        made_from = json.dumps(dict(self.split.fingerprints), sort_keys=True)
        unlabelled = [self.unlabelled.sha256] if self.unlabelled else []
        return checkpoint.digest(self.store.meta.checksum, made_from, self.split.train, self.split.val, *unlabelled)

    def training(self, memory: SignalMemory = "device") -> tuple[Signals, Tensor]:
        """Return the training signals, [N, *shape, channels], kept in `memory`, and their labels [N] on the device."""
        return self._kept(self.store.train_signals, self.split.train, memory), self._labels(self.split.train)

    def validation(self) -> tuple[Tensor, Tensor]:
        """Return the validation signals, [N, *shape, channels], and their labels [N], both on the device."""
        return self._preprocessed(self.store.train_signals, self.split.val), self._labels(self.split.val)

    def without_labels(self, memory: SignalMemory = "device") -> Signals:
        """Return the unlabelled signals, [N, *shape, channels], kept in `memory`.

        Raises:
            ValueError: there are none.
        """
        if self.unlabelled is None:
            raise ValueError("the recipe learns from unlabelled signals, but there are none")
        return self._kept(self.unlabelled.signals, np.arange(len(self.unlabelled.signals)), memory)

    def batches(self, part: str, batch_size: int) -> Iterator[Tensor]:
        """Yield the signals of a part batch by batch; an empty part is one empty batch."""
        test = part == "test"
        signals = self.store.test_signals if test else self.store.train_signals
        indices = np.arange(len(signals)) if test else getattr(self.split, part)
        for start in range(0, max(len(indices), 1), batch_size):
            yield self._preprocessed(signals, indices[start : start + batch_size])

    def nbytes(self, number: int) -> int:
        """Return the bytes of some preprocessed signals."""
        return number * prod(self.signal_shape) * DTYPE.itemsize

    def _kept(self, signals: np.ndarray, indices: np.ndarray, memory: SignalMemory) -> Signals:
        match chosen(memory, self.nbytes(len(indices)), self.device):
            case "device":
                return self._preprocessed(signals, indices)
            case "host":
                return HostSignals(self._preprocessed(signals, indices, to="cpu"), self.device)
            case "disk":
                read = partial(self._rows_of, signals, indices)
                return DiskSignals(read, len(indices), self.device)

    def _rows_of(self, signals: np.ndarray, indices: np.ndarray, rows: np.ndarray) -> Tensor:
        return self._preprocessed(signals, indices[rows])

    def _preprocessed(self, signals: np.ndarray, indices: np.ndarray, to: str | None = None) -> Tensor:
        return preprocess.prepare(signals, indices, self.length, self.normalize, self.device, to=to)

    def _labels(self, indices: np.ndarray) -> Tensor:
        return torch.from_numpy(self.store.train_labels[indices]).to(self.device)


def write_features(features: Mapping[str, np.ndarray], paths: Any) -> None:
    """Write the features of each part, float32 [N, D], to the path that `paths` names ``features_{part}``."""
    for part in PARTS:
        files.write_npy(getattr(paths, f"features_{part}"), features[part])


def read_features(paths: Any) -> dict[str, np.ndarray]:
    """Return the features that `write_features` wrote, by part."""
    return {part: np.load(getattr(paths, f"features_{part}"), allow_pickle=False) for part in PARTS}
