"""Rows of predictions: the class of every new signal, its probability, and whether it is rejected as unknown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ltsei.data.readers.new_signals import usable
from ltsei.numerics import seeds
from ltsei.pipeline.deployment.exported import Exported

SEPARATOR = " | "
"""Between the classes of a prediction set."""
UNUSABLE = "unusable"
"""Status of a signal that is constant or holds NaN or infinity: it has no class."""
STATUS = ("rejected", "accepted")


class Signals(Protocol):
    """The signals of a file or of a recording, such as `NewSignals`, `NewRecording` and `NewMessages`."""

    columns: tuple[str, ...]
    """That say where a signal lies."""

    @property
    def path(self) -> str | Path:
        """What predictions call it."""

    @property
    def length(self) -> int:
        """Samples per signal."""

    def chunks(self) -> Iterator[np.ndarray]:
        """Yield the signals as float32 [n, L, channels]."""

    def places(self, first: int, last: int) -> Iterator[Mapping[str, Any]]:
        """Yield `columns` of the signals ``first:last``."""


@dataclass(frozen=True)
class PredictionSettings:
    """What a row says.

    Attributes:
        score: by which signals are rejected; None: none are.
        top: classes per signal, the most probable ones.
        sets: whether the prediction set is listed.
    """

    score: str | None
    top: int = 1
    sets: bool = False

    def columns(self, places: Sequence[str] = ()) -> list[str]:
        """Return the columns of a row; `places` are those that say where in a recording a signal lies."""
        more = [column for rank in range(2, self.top + 1) for column in (f"class_{rank}", f"probability_{rank}")]
        rejection = [self.score] if self.score else []
        return [
            "file",
            "index",
            *places,
            "class_name",
            "probability",
            *more,
            *rejection,
            "status",
            *["set"] * self.sets,
        ]


def predictions(
    exported: Exported, signals: Signals, settings: PredictionSettings, device: Any
) -> Iterator[dict[str, Any]]:
    """Yield a row of `PredictionSettings.columns` for each signal of a file, in its order; signals count from 0."""
    from ltsei.training.signal_classifier import run

    rng = seeds.generator(0, "prediction sets")
    index = 0
    for chunk in signals.chunks():
        passed = usable(chunk)
        outputs = run(exported.model, [np.where(passed[:, None, None], chunk, 0)], device=device)
        for features, logits in outputs:
            rows, last = _rows(exported, features, logits, settings, rng), index + len(logits)
            for row, place, works in zip(rows, signals.places(index, last), passed[: len(rows)], strict=True):
                yield {"file": str(signals.path), "index": index, **place, **(row if works else {"status": UNUSABLE})}
                index += 1
            passed = passed[len(logits) :]


def _rows(
    exported: Exported,
    features: np.ndarray,
    logits: np.ndarray,
    settings: PredictionSettings,
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    """Return the rows of a batch, without file and index."""
    fitted, names = exported.calibration, exported.class_names
    probabilities = fitted.probabilities(logits)
    order = np.argsort(-logits, axis=1, kind="stable")[:, : settings.top]
    rows: list[dict[str, Any]] = [{"status": ""} for _ in logits]
    for rank in range(order.shape[1]):
        suffix = "" if rank == 0 else f"_{rank + 1}"
        for row, label, values in zip(rows, order[:, rank].tolist(), probabilities, strict=True):
            row |= {f"class{suffix}" if suffix else "class_name": names[label], f"probability{suffix}": values[label]}
    if settings.score:
        _add_status(rows, fitted.scores[settings.score].of(features, logits), settings.score, fitted.thresholds)
    if settings.sets and fitted.sets is not None:
        for row, members in zip(rows, fitted.sets.of(probabilities, rng), strict=True):
            row["set"] = SEPARATOR.join(names[label] for label in np.flatnonzero(members))
    return rows


def _add_status(rows: Sequence[dict[str, Any]], scores: np.ndarray, name: str, thresholds: Any) -> None:
    """Add the score of each signal, and, where it has a threshold, whether the signal is accepted."""
    for row, score in zip(rows, scores.tolist(), strict=True):
        row[name] = score
        if name in thresholds:
            row["status"] = STATUS[score >= thresholds[name]]
