"""Rows with a mean and one standard deviation to either side."""

from ltsei.evaluation.statistics import Summary
from ltsei.report.charts.chart import Row
from ltsei.report.methods import Method
from ltsei.report.number_text import Unit, mean_and_spread, scaled


def mean_row(method: Method, summary: Summary, unit: Unit) -> Row:
    """Return mean, lower and upper end as an axis shows them, the same as text, and the number of seeds."""
    mean, sd = summary.mean, summary.sd or 0.0
    return {
        "method": method.label,
        "mean": scaled(mean, unit),
        "low": None if mean is None else scaled(mean - sd, unit),
        "high": None if mean is None else scaled(mean + sd, unit),
        "text": mean_and_spread(mean, summary.sd, unit),
        "n": summary.n,
    }
