"""Rows of predictions: the class of every new signal, its probability, and whether it is rejected as unknown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ltsei.data.readers.new_signals import NewSignals, usable
from ltsei.numerics import seeds
from ltsei.pipeline.deployment.exported import Exported

SEPARATOR = " | "
"""Between the classes of a prediction set."""
UNUSABLE = "unusable"
"""Status of a signal that is constant or holds NaN or infinity: it has no class."""
STATUS = ("rejected", "accepted")


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

    def columns(self) -> list[str]:
        """Return the columns of a row."""
        more = [column for rank in range(2, self.top + 1) for column in (f"class_{rank}", f"probability_{rank}")]
        rejection = [self.score] if self.score else []
        return ["file", "index", "class_name", "probability", *more, *rejection, "status", *["set"] * self.sets]


def predictions(
    exported: Exported, signals: NewSignals, settings: PredictionSettings, device: Any
) -> Iterator[dict[str, Any]]:
    """Yield a row of `PredictionSettings.columns` for each signal of a file, in its order; signals count from 0."""
    from ltsei.training.signal_classifier import run

    rng = seeds.generator(0, "prediction sets")
    index = 0
    for chunk in signals.chunks():
        passed = usable(chunk)
        outputs = run(exported.model, [np.where(passed[:, None, None], chunk, 0)], device=device)
        for features, logits in outputs:
            for row, works in zip(_rows(exported, features, logits, settings, rng), passed[:], strict=False):
                known = row if works else {"status": UNUSABLE}
                yield {"file": str(signals.path), "index": index, **known}
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
