"""The page's data about tuning: what tuned methods gain, what their searches show, and what deserves a warning."""

from collections.abc import Iterator
from typing import Any

from ltsei.report import tuning
from ltsei.report.charts.searches import SCORES, expected_best, responses
from ltsei.report.number_text import duration, plural, rounded
from ltsei.report.page.context import PageContext
from ltsei.report.page.sentences import label
from ltsei.report.page.store import Columns
from ltsei.report.scopes import Scope, condition_names
from ltsei.report.tuned_or_default import tuned_or_default

ENDS = {"low": "lower", "high": "upper"}
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
    found = tuning.searches(scope)
    if not found:
        return None
    return {
        "about": about(scope),
        "score": SCORES[tuning.select_by(scope)],
        "warnings": list(warnings(scope)),
        "expected": page.store.chart(expected_best(scope)),
        "chosen": _chosen(page, scope),
        "responses": [
            {"method": page.methods[method], "charts": list(map(page.store.chart, responses(scope, method)))}
            for method in found
        ],
    }


def about(scope: Scope) -> str:
    """Return how many trials each search has, how one is chosen, and on which seeds."""
    every = [search for _, search in tuning.each_search(scope)]
    trials = sorted({len(search.trials) for search in every})
    score = SCORES[tuning.select_by(scope)].removesuffix(", %").lower()
    seeds = {search.files.seeds for search in every if "," in search.files.seeds}
    when = f"by its mean on seeds {' and '.join(sorted(seeds))}" if seeds else "anew for each seed"
    return (
        f"Each search has {' or '.join(map(str, trials))} trials, the default recipe among them, and the one with the "
        f"best {score} is chosen {when}. No number of the test part is known to it."
    )


def warnings(scope: Scope) -> Iterator[str]:
    """Yield sentences on trials that diverged, and on chosen values at the edge of their range."""
    for method, (failed, total) in tuning.diverged(scope).items():
        if failed:
            yield f"{label(scope, method)}: {failed} of {plural(total, 'trial')} diverged and cannot be chosen."
    for edge in tuning.edges(scope):
        share = f"{edge.searches} of {edge.total} searches ({100 * edge.searches / edge.total:.0f} %)"
        yield (
            f"{label(scope, edge.method)}: the chosen {edge.parameter} lies at the {ENDS[edge.end]} end of its range "
            f"in {share}, so the best value may lie beyond it; tuning.search sets another range."
        )


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
