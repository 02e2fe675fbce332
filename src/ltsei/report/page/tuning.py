"""The page's data about tuning: what tuned methods gain, what their searches show, and what deserves a warning."""

from typing import Any

from ltsei.report import tuning
from ltsei.report.charts.searches import expected_best, responses
from ltsei.report.condition_text import condition_names
from ltsei.report.number_text import duration, rounded
from ltsei.report.page.context import PageContext
from ltsei.report.page.store import Columns
from ltsei.report.procedure_sentences import about, warnings
from ltsei.report.scopes import Scope
from ltsei.report.tuned_or_default import tuned_or_default

Json = dict[str, Any]


def tuned_rows(page: PageContext, scope: Scope, name: str) -> Columns:
    """Return every method with its default recipe and tuned, by one metric; no rows without tuning."""
    rows = [
        {
            "method": page.methods[each.method],
            "tuned": page.methods[each.tuned],
            "default_mean": rounded(each.default_mean),
            "tuned_mean": rounded(each.tuned_mean),
            "difference": rounded(each.comparison.mean if each.comparison else None),
            "low": rounded(each.comparison.low if each.comparison else None),
            "high": rounded(each.comparison.high if each.comparison else None),
            "trials": each.trials,
            "default_seconds": rounded(each.default_seconds),
            "default_time": duration(each.default_seconds),
            "tuned_seconds": rounded(each.tuned_seconds),
            "tuned_time": duration(each.tuned_seconds),
        }
        for each in tuned_or_default(scope, name)
    ]
    return page.store.table(rows)


def searches(page: PageContext, scope: Scope) -> Json | None:
    """Return what the searches of a scope show, whatever metric is chosen; None without any."""
    by_method = tuning.searches(scope)
    if not by_method:
        return None
    return {
        "about": about(scope),
        "warnings": list(warnings(scope)),
        "expected": page.store.chart(expected_best(scope)),
        "chosen": _chosen(page, scope),
        "responses": [
            {"method": page.methods[method], "charts": list(map(page.store.chart, responses(scope, method)))}
            for method in by_method
        ],
    }


def _chosen(page: PageContext, scope: Scope) -> Columns:
    names = condition_names(scope.results, scope.conditions)
    rows = [
        {
            "method": page.methods[each.method],
            "condition": names[each.condition],
            "parameter": each.dimension.name,
            "default": _digits(each.dimension.default),
            "range": f"{_digits(each.dimension.low)} to {_digits(each.dimension.high)}"
            + (" (log)" if each.dimension.logarithmic else ""),
            "median": _digits(each.median),
            "quartiles": "" if each.low is None else f"{_digits(each.low)} to {_digits(each.high)}",
            "default_share": rounded(each.default),
            "edge_share": rounded(each.at_edge),
            "searches": each.searches,
        }
        for each in tuning.chosen(scope)
    ]
    return page.store.table(rows)


def _digits(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
