"""Titles and ticks of axes."""

from collections.abc import Sequence

from ltsei.evaluation.metric_labels import Metric
from ltsei.report.condition_text import left_out_of, mean_over
from ltsei.report.scopes import Scope


def metric_title(shown_as: Metric) -> str:
    """Return a metric with its unit."""
    return shown_as.label + (", %" if shown_as.unit == "fraction" else "")


def axis_title(shown_as: Metric, scope: Scope, *metrics: str) -> str:
    """Return a metric with its unit, and over how many conditions its means are taken where some are left out."""
    title = metric_title(shown_as)
    return f"{title}, {mean_over(scope, *metrics)}" if left_out_of(scope, *metrics) else title


def difference_title(shown_as: Metric, control: str) -> list[str]:
    """Return the title, in two lines, of the differences between methods and a control."""
    return [f"{shown_as.label}:", f"difference from {control}" + (" (points)" if shown_as.unit == "fraction" else "")]


def whole_ticks(values: Sequence[float]) -> list[int]:
    """Return about six round whole numbers from the smallest to the largest value."""
    low, high = int(min(values)), int(max(values))
    power = 10 ** max(0, len(str((high - low) // 6)) - 1)
    step = next(factor * power for factor in (1, 2, 5, 10, 20) if (high - low) / (factor * power) <= 6)
    return list(range(-(-low // step) * step, high + 1, step))
