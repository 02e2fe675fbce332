"""Whether a method is better or worse than the control, beyond chance or beyond its interval."""

from typing import Literal

from ltsei.evaluation.metric_labels import metric
from ltsei.evaluation.statistics import Comparison
from ltsei.report.analysis import is_significant

Verdict = Literal["better", "worse", ""]


def verdict(comparison: Comparison, name: str) -> Verdict:
    """Return whether a method is significantly better or worse than the control, after the correction."""
    return _direction(comparison, name) if is_significant(comparison) else ""


def beyond_interval(comparison: Comparison | None, name: str) -> Verdict:
    """Return whether the interval of the difference excludes 0, and on which side; nothing without an interval."""
    if comparison is None or comparison.low is None or comparison.high is None:
        return ""
    return _direction(comparison, name) if comparison.low > 0 or comparison.high < 0 else ""


def _direction(comparison: Comparison, name: str) -> Verdict:
    better = metric(name).better
    if better is None or not comparison.mean:
        return ""
    return "better" if (comparison.mean < 0) == (better == "low") else "worse"
