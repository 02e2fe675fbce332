"""The page's view of one metric in one scope."""

from typing import Any

from ltsei.evaluation.metric_labels import metric
from ltsei.report.analysis import analyse, is_significant
from ltsei.report.charts.critical_difference import critical_difference
from ltsei.report.charts.differences import differences
from ltsei.report.charts.heat_map import heat_map
from ltsei.report.charts.pareto import COSTS, pareto
from ltsei.report.condition_text import where
from ltsei.report.loss_by_sampler import loss_by_sampler
from ltsei.report.number_text import rounded
from ltsei.report.page import conclusions, sentences, statistics_sentences
from ltsei.report.page.context import PageContext
from ltsei.report.page.store import Columns
from ltsei.report.page.tuning import tuned_rows
from ltsei.report.ranking import standings
from ltsei.report.scopes import Scope
from ltsei.report.spread_by_cause import spread_by_cause
from ltsei.report.verdicts import verdict

NUMBERS = (
    *("mean", "low", "high", "effect", "improvement", "p", "adjusted", "signed_rank"),
    *("better", "equivalent", "worse"),
)
"""Of a comparison with the control."""
Json = dict[str, Any]


def metric_view(page: PageContext, scope: Scope, name: str) -> Json:
    """Return what the tabs show of a metric; ``tests`` only if statistical tests make sense of it."""
    fronts = {cost: pareto(scope, name, cost) for cost in COSTS}
    ranking = [
        {"method": page.methods[each.method.name], "place": each.place, "rank": rounded(each.average_rank)}
        for each in standings(scope, name)
        if each.place is not None
    ]
    return {
        **control_view(page, scope, name),
        "where": where(scope, name),
        "ranks": page.store.table(ranking),
        "pareto": {cost: page.store.chart(chart) for cost, chart in fronts.items()},
        "pareto_hints": {cost: sentences.front_hint(scope, name, chart) for cost, chart in fronts.items()},
        "loss_by_sampler": _loss_by_sampler(page, scope, name),
        "tuned": tuned_rows(page, scope, name),
    }


def control_view(page: PageContext, scope: Scope, name: str) -> Json:
    """Return the part of `metric_view` that depends on the control."""
    return {
        "conclusions": conclusions.conclusions(scope, name),
        "heat_map": page.store.chart(heat_map(scope, name)) if scope.condition is None else None,
        "draft": conclusions.draft(scope, name),
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
        "spread": _spread(page, scope, name),
        "limits": statistics_sentences.limits(scope, name),
    }


def _comparisons(page: PageContext, scope: Scope, name: str) -> Columns:
    """Return the comparison of every method with the control, the best first; only one of aliases is `distinct`."""
    comparisons = analyse(scope, name).comparisons
    rows = [
        {
            "method": page.methods[method.name],
            "distinct": method.name in scope.distinct,
            "n": comparison.n,
            **{field: rounded(getattr(comparison, field)) for field in NUMBERS},
            "significant": is_significant(comparison),
            "verdict": verdict(comparison, name),
        }
        for method in [standing.method for standing in standings(scope, name)]
        if (comparison := comparisons.get(scope.aliases[method.name])) and comparison.n
    ]
    return page.store.table(rows)


def _spread(page: PageContext, scope: Scope, name: str) -> Columns:
    """Return the spread of every method by its cause, in the order of the page; no rows where seeds separate none."""
    rows = [
        {
            "method": page.methods[method],
            "data": rounded(each.data),
            "training": rounded(each.training),
            "splits": each.splits,
            "trainings": each.trainings,
        }
        for method, each in spread_by_cause(scope, name).items()
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
