"""The evaluation of one cell: metrics, scores per class, confusion matrix, and what its charts show beside these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ltsei.core import files
from ltsei.core.run_seeds import parse_seed
from ltsei.evaluation import diagnostics, metrics
from ltsei.evaluation.predictions import Predictions


@dataclass(frozen=True)
class Evaluation:
    """The results of one cell.

    Attributes:
        metrics: name -> value, None where undefined.
        per_class: a row per class.
        confusion: int64 [C, C].
        diagnostics: JSON-able, as `diagnostics.diagnose` returns it.
        class_names: in the order of the labels.
    """

    metrics: Mapping[str, float | None]
    per_class: Sequence[Mapping[str, Any]]
    confusion: np.ndarray
    diagnostics: Mapping[str, Any]
    class_names: Sequence[str]

    def write(self, paths: Any, wildcards: Mapping[str, str]) -> None:
        """Write each result to the path that `paths` names for it; the metrics say whose they are."""
        cell = {**wildcards, "seed": parse_seed(wildcards["seed"])}
        files.write_json(paths.metrics, {**cell, **self.metrics})
        files.write_csv(paths.per_class, list(self.per_class[0]), self.per_class)
        files.write_table(paths.confusion, self.class_names, self.confusion.tolist())
        files.write_json(paths.diagnostics, self.diagnostics)


def evaluate(
    logits: np.ndarray,
    labels: np.ndarray,
    *,
    class_counts: np.ndarray,
    class_names: Sequence[str],
    class_groups: np.ndarray,
    num_parameters: int,
    experts: Mapping[str, np.ndarray] | None = None,
) -> Evaluation:
    """Return the evaluation of a cell on its test signals.

    Args:
        logits: of the last stage, [N, C].
        labels: int64 [N].
        class_counts: training signals per class, [C].
        class_names: in the order of the labels.
        class_groups: many, medium or few, for each class, [C].
        num_parameters: of the network.
        experts: ``gate`` and ``choices``, [N, E]; None where they are unknown.

    Raises:
        InputError: no test signals, or logits that are not finite.
    """
    predictions = Predictions(logits, labels)
    return Evaluation(
        metrics=metrics.evaluate(predictions, class_groups) | {"num_parameters": num_parameters},
        per_class=metrics.per_class(predictions, class_groups, class_counts, class_names),
        confusion=predictions.confusion,
        diagnostics=diagnostics.diagnose(predictions, class_groups, experts),
        class_names=class_names,
    )


def read_experts(paths: Any) -> dict[str, np.ndarray] | None:
    """Return gate probabilities and choices of the experts from the file ``experts`` of `paths`; None without one."""
    path = paths.get("experts")
    return None if path is None else files.read_npz(path)
