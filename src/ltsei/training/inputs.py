"""The inputs of one cell: its signals, preprocessed alike in every stage, and cached features."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from ltsei.core import files
from ltsei.data import preprocess
from ltsei.data.split import Split
from ltsei.data.store import Store
from ltsei.data.unlabelled import UnlabelledStore
from ltsei.runtime import checkpoint

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

    def resident(self, part: Literal["train", "val"]) -> tuple[Tensor, Tensor]:
        """Return all signals of a part on the device, [N, *shape, channels], and their labels [N]."""
        indices = getattr(self.split, part)
        labels = torch.from_numpy(self.store.train_labels[indices]).to(self.device)
        return self._preprocessed(self.store.train_signals, indices), labels

    def resident_unlabelled(self) -> Tensor:
        """Return all unlabelled signals on the device, [N, *shape, channels].

        Raises:
            ValueError: there are none.
        """
        if self.unlabelled is None:
            raise ValueError("the recipe learns from unlabelled signals, but there are none")
        return self._preprocessed(self.unlabelled.signals, np.arange(len(self.unlabelled.signals)))

    def batches(self, part: str, batch_size: int) -> Iterator[Tensor]:
        """Yield the signals of a part batch by batch; an empty part is one empty batch."""
        test = part == "test"
        signals = self.store.test_signals if test else self.store.train_signals
        indices = np.arange(len(signals)) if test else getattr(self.split, part)
        for start in range(0, max(len(indices), 1), batch_size):
            yield self._preprocessed(signals, indices[start : start + batch_size])

    def _preprocessed(self, signals: np.ndarray, indices: np.ndarray) -> Tensor:
        return preprocess.prepare(signals, indices, self.length, self.normalize, self.device)


def write_features(features: Mapping[str, np.ndarray], paths: Any) -> None:
    """Write the features of each part, float32 [N, D], to the path that `paths` names ``features_{part}``."""
    for part in PARTS:
        files.write_npy(getattr(paths, f"features_{part}"), features[part])


def read_features(paths: Any) -> dict[str, np.ndarray]:
    """Return the features that `write_features` wrote, by part."""
    return {part: np.load(getattr(paths, f"features_{part}"), allow_pickle=False) for part in PARTS}
