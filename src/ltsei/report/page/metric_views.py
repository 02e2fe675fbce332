"""The page's view of one metric in one scope."""

from typing import Any

from ltsei.evaluation.metric_labels import metric
from ltsei.report.analysis import analyse, is_significant
from ltsei.report.charts.critical_difference import critical_difference
from ltsei.report.charts.differences import differences
from ltsei.report.charts.pareto import COSTS, pareto
from ltsei.report.loss_by_sampler import loss_by_sampler
from ltsei.report.number_text import rounded
from ltsei.report.page import sentences, statistics_sentences
from ltsei.report.page.context import PageContext
from ltsei.report.page.store import Columns
from ltsei.report.ranking import standings
from ltsei.report.scopes import Scope, where

NUMBERS = (
    *("mean", "low", "high", "effect", "improvement", "p", "adjusted", "signed_rank"),
    *("better", "equivalent", "worse"),
)
"""Of a comparison with the control."""
Json = dict[str, Any]


def metric_view(page: PageContext, scope: Scope, name: str) -> Json:
    """Return what the tabs show of a metric; ``tests`` only if statistical tests make sense of it."""
    fronts = {cost: page.store.chart(pareto(scope, name, cost)) for cost in COSTS}
    ranking = [
        {"method": page.methods[each.method.name], "place": each.place, "rank": rounded(each.average_rank)}
        for each in standings(scope, name)
        if each.place is not None
    ]
    return {
        "where": where(scope, name),
        "answer": sentences.answer(scope, name),
        "ranks": page.store.table(ranking),
        "pareto": fronts,
        "pareto_hints": {
            cost: sentences.front_hint(scope, name, drawn=chart is not None) for cost, chart in fronts.items()
        },
        "loss_by_sampler": _loss_by_sampler(page, scope, name),
        "tests": _tests(page, scope, name) if metric(name).tested and metric(name).better else None,
    }


def _tests(page: PageContext, scope: Scope, name: str) -> Json:
    return {
        "friedman": statistics_sentences.friedman(scope, name),
        "friedman_hints": statistics_sentences.friedman_hints(scope, name),
        "ranks": page.store.chart(critical_difference(scope, name)),
        "comparisons": _comparisons(page, scope, name),
        "differences": page.store.chart(differences(scope, name)),
        "differences_hint": sentences.differences_hint(scope, name),
        "significance_hint": sentences.significance_hint(scope, name),
        "limits": statistics_sentences.limits(scope, name),
    }


def _comparisons(page: PageContext, scope: Scope, name: str) -> Columns:
    """Return the comparison of every method with the control; aliases share theirs, and only one is `distinct`."""
    comparisons = analyse(scope, name).comparisons
    rows = [
        {
            "method": page.methods[method.name],
            "distinct": method.name in scope.distinct,
            "n": comparison.n,
            **{field: rounded(getattr(comparison, field)) for field in NUMBERS},
            "significant": is_significant(comparison),
        }
        for method in scope.methods
        if (comparison := comparisons.get(scope.aliases[method.name])) and comparison.n
    ]
    return page.store.table(rows)


def _loss_by_sampler(page: PageContext, scope: Scope, name: str) -> Json | None:
    """Return the best methods by loss and sampler; None unless there are several of both."""
    pairs, parts = loss_by_sampler(scope, name), scope.results.method_parts
    ordered = [(parts[m.name].loss, parts[m.name].sampler) for m in scope.methods if m.name in parts]
    losses, samplers = (list(dict.fromkeys(pair[part] for pair in ordered if pair in pairs)) for part in (0, 1))
    if len(losses) < 2 or len(samplers) < 2:
        return None
    rows = [
        {
            "loss": loss,
            "sampler": sampler,
            "mean": rounded(best.mean),
            "methods": ", ".join(sentences.label(scope, method) for method in best.methods),
        }
        for (loss, sampler), best in pairs.items()
    ]
    return {"losses": losses, "samplers": samplers, "rows": page.store.table(rows)}
