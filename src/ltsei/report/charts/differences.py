"""The difference between each method and the control, with its interval."""

from ltsei.evaluation.metric_labels import metric
from ltsei.evaluation.statistics import Comparison
from ltsei.report.analysis import analyse, is_significant
from ltsei.report.charts.axes import difference_title
from ltsei.report.charts.chart import Chart
from ltsei.report.methods import Method
from ltsei.report.number_text import Unit, interval, scaled, shown
from ltsei.report.scopes import Scope
from ltsei.report.style import ROW


def differences(scope: Scope, name: str) -> Chart | None:
    """Return the mean of the paired differences of each method that shares pairs with the control."""
    shown_as, comparisons = metric(name), analyse(scope, name).comparisons
    rows = [
        _row(method, comparisons[method.name], shown_as.unit)
        for method in scope.methods
        if method.name in comparisons and comparisons[method.name].n
    ]
    control = next((method.label for method in scope.methods if method.name == scope.control), scope.control)
    blanks = {"metric": difference_title(shown_as, control), "height": ROW * len(rows)}
    return Chart("differences", {"rows": rows}, blanks) if rows else None


def difference_text(comparison: Comparison, unit: Unit) -> str:
    """Return a difference with its interval."""
    return f"{shown(comparison.mean, unit, sign=True)} {interval(comparison.low, comparison.high, unit)}".strip()


def _row(method: Method, comparison: Comparison, unit: Unit) -> dict[str, object]:
    low, high = (comparison.mean if end is None else end for end in (comparison.low, comparison.high))
    return {
        "method": method.label,
        "color": method.color,
        "mean": scaled(comparison.mean, unit),
        "low": scaled(low, unit),
        "high": scaled(high, unit),
        "text": f"{difference_text(comparison, unit)}, p {shown(comparison.adjusted, 'p')}",
        "significant": is_significant(comparison),
    }
