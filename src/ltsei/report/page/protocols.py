"""The page's data about protocols: how much an oracle, and a choice on the test part, flatter each method."""

from typing import Any

from ltsei.evaluation.statistics import Comparison
from ltsei.report.number_text import rounded
from ltsei.report.page.context import PageContext
from ltsei.report.procedure_sentences import moved
from ltsei.report.protocols import OracleComparison, oracle_comparisons, selections_on_test
from ltsei.report.scopes import Scope

Json = dict[str, Any]


def protocols(page: PageContext, scope: Scope) -> Json | None:
    """Return the comparisons of a scope; None without any."""
    oracles, on_test = oracle_comparisons(scope), selections_on_test(scope)
    if not oracles and not on_test:
        return None
    selected = [
        {
            "dataset": scope.results.title_of(each.dataset),
            "method": page.methods[each.method],
            "among": each.among,
            "mean": rounded(each.mean),
            "on_test": rounded(each.on_test),
            **_interval(each.comparison),
        }
        for each in on_test
    ]
    return {"oracles": [_oracle(page, each) for each in oracles], "on_test": page.store.table(selected)}


def _oracle(page: PageContext, comparison: OracleComparison) -> Json:
    rows = [
        {
            "method": page.methods[each.method],
            "mean": rounded(each.mean),
            "oracle_mean": rounded(each.oracle_mean),
            "place": each.place,
            "oracle_place": each.oracle_place,
            **_interval(each.comparison),
        }
        for each in comparison.rows
    ]
    return {
        "dataset": comparison.dataset,
        "oracle": f"{comparison.oracle} (oracle)",
        "moved": moved(comparison),
        "rows": page.store.table(rows),
    }


def _interval(comparison: Comparison) -> Json:
    return {name: rounded(getattr(comparison, name)) for name in ("low", "high")} | {
        "difference": rounded(comparison.mean)
    }
