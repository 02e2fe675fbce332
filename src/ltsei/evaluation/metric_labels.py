"""What each metric is called, in which unit it is shown, and which direction is better.

Only the report uses these labels. `metrics` does not import them, so that a new label re-runs no evaluation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from ltsei.core.annotations import Criterion

Unit = Literal["fraction", "number", "count"]


@dataclass(frozen=True)
class Metric:
    """How a metric is shown.

    Attributes:
        label: its name for readers.
        unit: a ``fraction`` is shown in percent, a ``number`` with three decimals, a ``count`` as a whole number.
        better: the better direction; None for a metric that only describes the data.
        tested: whether methods are compared by it in statistical tests.
        short: its name in narrow columns; the label where this is empty.
    """

    label: str
    unit: Unit = "fraction"
    better: Literal["high", "low"] | None = "high"
    tested: bool = True
    short: str = ""


METRICS = {
    "balanced_accuracy": Metric("Balanced accuracy (mAcc)", short="mAcc"),
    "overall_accuracy": Metric("Overall accuracy", short="OA"),
    "many_accuracy": Metric("Many-shot accuracy", short="Many"),
    "medium_accuracy": Metric("Medium-shot accuracy", short="Medium"),
    "few_accuracy": Metric("Few-shot accuracy", short="Few"),
    "harmonic_mean": Metric("Harmonic mean of the groups", short="HM"),
    "g_mean": Metric("G-mean", short="G-mean"),
    "macro_f1": Metric("Macro F1", short="F1"),
    "macro_precision": Metric("Macro precision"),
    "worst_class_recall": Metric("Worst-class recall"),
    "zero_recall_classes": Metric("Classes with zero recall", "count", "low"),
    "top5_accuracy": Metric("Top-5 accuracy"),
    "macro_auroc": Metric("Macro AUROC"),
    "macro_auprc": Metric("Macro AUPRC"),
    "ece": Metric("Calibration error (ECE, 15 bins)", "fraction", "low", short="ECE"),
    "nll": Metric("Negative log-likelihood", "number", "low"),
    "many_classes": Metric("Many-shot classes", "count", None),
    "medium_classes": Metric("Medium-shot classes", "count", None),
    "few_classes": Metric("Few-shot classes", "count", None),
    "num_test_signals": Metric("Test signals", "count", None),
    "absent_test_classes": Metric("Classes absent from the test set", "count", None),
    "auroc_dropped_classes": Metric("Classes without AUROC", "count", None),
    "num_parameters": Metric("Parameters", "count", "low", tested=False),
}
"""In the order in which the report offers them. A metric without an entry comes last, under its own name."""

VALIDATION_SCORES: Mapping[Criterion, str] = {
    "val_balanced_accuracy": "Validation balanced accuracy",
    "val_accuracy": "Validation accuracy",
    "val_macro_f1": "Validation macro F1",
    "val_loss": "Validation loss",
    "val_balanced_loss": "Validation balanced loss",
}
"""Score by which an epoch, a parameter or a trial is chosen -> its name."""


PRIOR = "accuracy_under_"
"""Begins the names of accuracies under test priors."""


def prior_metric(prior: str) -> str:
    """Return the name of the accuracy under a test prior such as ``forward-50``."""
    return PRIOR + prior


def metric(name: str) -> Metric:
    """Return how the metric `name` is shown, also if it has no entry in `METRICS`."""
    if name.startswith(PRIOR):
        return Metric(f"Accuracy under the test prior {name.removeprefix(PRIOR)}", short=name.removeprefix(PRIOR))
    return METRICS.get(name) or Metric(name.replace("_", " "), "number", None)


def ordered(names: Iterable[str]) -> list[str]:
    """Return the distinct `names` in the order in which the report offers them."""
    known = list(METRICS)
    return sorted(dict.fromkeys(names), key=lambda name: known.index(name) if name in METRICS else len(known))


def tested(names: Iterable[str]) -> list[str]:
    """Return those of `names` by which methods are compared in statistical tests."""
    return [name for name in names if name in METRICS and METRICS[name].better and METRICS[name].tested]
