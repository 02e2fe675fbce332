"""What validation signals say about a trained cell: temperature, thresholds of rejection, prediction sets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ltsei.evaluation import conformal, rejection
from ltsei.evaluation.conformal import Kind, PredictionSets
from ltsei.evaluation.rejection import SCORES, Score
from ltsei.numerics import seeds
from ltsei.numerics.softmax import softmax
from ltsei.numerics.temperature import best_temperature


@dataclass(frozen=True)
class Labelled:
    """What a classifier makes of labelled signals: features [N, D], logits [N, C], and labels, int64 [N]."""

    features: np.ndarray
    logits: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class CalibrationSettings:
    """What is fitted.

    Attributes:
        scores: names of the scores of rejection.
        keep: share of the validation signals of known classes that is not rejected.
        coverage: of the prediction sets.
        sets: their kind.
    """

    scores: tuple[str, ...] = tuple(SCORES)
    keep: float = 0.95
    coverage: float = 0.9
    sets: Kind = "thr"

    @property
    def uses_training(self) -> bool:
        """Whether a score is fitted on training signals."""
        return any(name in rejection.OF_TRAINING for name in self.scores)


@dataclass(frozen=True)
class Calibration:
    """The fitted calibration; without validation signals there is neither temperature nor threshold nor set.

    Attributes:
        temperature: divides the logits before the softmax; None where it is not fitted, which is a temperature of 1.
        keep: as in `CalibrationSettings`.
        scores: name -> fitted score.
        thresholds: name -> the score below which a signal is rejected.
        sets: the prediction sets.
    """

    temperature: float | None
    keep: float
    scores: Mapping[str, Score]
    thresholds: Mapping[str, float] = field(default_factory=dict)
    sets: PredictionSets | None = None

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Return the probability of each class, float64 [N, C]."""
        return softmax(logits / (self.temperature or 1.0))

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays of scores and sets by name, for `restored`."""
        fitted = {name: vars(score) for name, score in self.scores.items()}
        arrays = {f"{name}.{key}": values for name, fields in fitted.items() for key, values in fields.items()}
        return arrays | ({} if self.sets is None else {"sets.thresholds": self.sets.thresholds})

    def record(self) -> dict[str, Any]:
        """Return everything but the arrays, JSON-able, for `restored`."""
        sets = None
        if self.sets is not None:
            sets = {"kind": self.sets.kind, "coverage": self.sets.coverage, "sources": list(self.sets.sources)}
        return {
            "temperature": self.temperature,
            "keep": self.keep,
            "scores": list(self.scores),
            "thresholds": dict(self.thresholds),
            "sets": sets,
        }


def restored(record: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Calibration:
    """Return the calibration of which `Calibration.record` and `Calibration.arrays` were stored."""
    fields: dict[str, dict[str, np.ndarray]] = {name: {} for name in (*record["scores"], "sets")}
    for key, values in arrays.items():
        name, _, part = key.partition(".")
        fields[name][part] = values
    fitted = {name: SCORES[name](**fields[name]) for name in record["scores"]}
    sets = record["sets"]
    if sets is not None:
        sets = PredictionSets(sets["kind"], sets["coverage"], fields["sets"]["thresholds"], tuple(sets["sources"]))
    return Calibration(record["temperature"], record["keep"], fitted, record["thresholds"], sets)


def calibrated(settings: CalibrationSettings, validation: Labelled, training: Labelled | None) -> Calibration:
    """Return the calibration.

    Args:
        settings: what is fitted.
        validation: of known classes, none without validation.
        training: where `settings` use it.
    """
    seen = training or validation
    scores = {name: SCORES[name].fit(seen.features, seen.logits, seen.labels) for name in settings.scores}
    if len(validation.labels) == 0:
        return Calibration(None, settings.keep, scores)
    of_validation = {name: score.of(validation.features, validation.logits) for name, score in scores.items()}
    temperature = best_temperature(validation.logits.astype(np.float64), validation.labels)
    return Calibration(
        temperature,
        settings.keep,
        scores,
        {name: rejection.threshold(values, settings.keep) for name, values in of_validation.items()},
        conformal.calibrate(
            softmax(validation.logits / temperature),
            validation.labels,
            coverage=settings.coverage,
            kind=settings.sets,
            rng=seeds.generator(0, "prediction sets of validation"),
        ),
    )
