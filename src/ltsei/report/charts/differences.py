"""The difference between each method and the control, with its interval and that of every seed."""

from collections.abc import Mapping

from ltsei.evaluation.metric_labels import metric
from ltsei.evaluation.statistics import Comparison
from ltsei.report.analysis import analyse
from ltsei.report.charts.axes import difference_title
from ltsei.report.charts.chart import Chart, Row, row_sizes
from ltsei.report.methods import Method
from ltsei.report.number_text import Unit, interval, scaled, shown
from ltsei.report.scopes import Scope
from ltsei.report.seed_differences import seed_differences
from ltsei.report.style import ROW, VERDICT_SHAPES
from ltsei.report.verdicts import verdict


def differences(scope: Scope, name: str) -> Chart | None:
    """Return the mean of the paired differences of each method that shares pairs with the control, best first."""
    shown_as, comparisons = metric(name), analyse(scope, name).comparisons
    turn = 1 if shown_as.better == "low" else -1
    compared = [m for m in scope.methods if m.name in comparisons and comparisons[m.name].mean is not None]
    order = sorted(compared, key=lambda method: turn * (comparisons[method.name].mean or 0))
    by_seed = seed_differences(scope, name)
    rows = [
        {**_row(method, comparisons[method.name], name), **_seeds(by_seed.get(method.name, {}), shown_as.unit)}
        for method in order
    ]
    control = next((method.label for method in scope.methods if method.name == scope.control), scope.control)
    blanks = {
        "metric": difference_title(shown_as, control),
        "methods": [method.label for method in order],
        **row_sizes(ROW, len(order)),
    }
    return Chart("differences", {"rows": rows}, blanks) if rows else None


def difference_text(comparison: Comparison, unit: Unit) -> str:
    """Return a difference with its interval."""
    return f"{shown(comparison.mean, unit, sign=True)} {interval(comparison.low, comparison.high, unit)}".strip()


def _row(method: Method, comparison: Comparison, name: str) -> Row:
    unit, decided, p = metric(name).unit, verdict(comparison, name), comparison.adjusted
    low, high = (comparison.mean if end is None else end for end in (comparison.low, comparison.high))
    return {
        "method": method.label,
        "color": method.color,
        "mean": scaled(comparison.mean, unit),
        "low": scaled(low, unit),
        "high": scaled(high, unit),
        "text": difference_text(comparison, unit) + ("" if p is None else f", p {shown(p, 'p')}"),
        "shape": VERDICT_SHAPES[decided],
        "significant": decided != "",
    }


def _seeds(differences: Mapping[int, float], unit: Unit) -> Row:
    """Return lists with an entry for each seed, for the dots beside the mean."""
    return {
        "seed": list(differences),
        "value": [scaled(difference, unit) for difference in differences.values()],
        "change": [shown(difference, unit, sign=True) for difference in differences.values()],
    }
