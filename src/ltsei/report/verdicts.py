"""Whether a method is better or worse than the control beyond chance."""

from typing import Literal

from ltsei.evaluation.metric_labels import metric
from ltsei.evaluation.statistics import Comparison
from ltsei.report.analysis import is_significant

Verdict = Literal["better", "worse", ""]


def verdict(comparison: Comparison | None, name: str) -> Verdict:
    """Return whether a method is significantly better or worse than the control, so that the interval excludes 0."""
    better = metric(name).better
    if comparison is None or not is_significant(comparison) or better is None or not comparison.mean:
        return ""
    return "better" if (comparison.mean < 0) == (better == "low") else "worse"
