"""CSV tables that rank methods, and that group them by their parts."""

import math
from collections.abc import Iterator
from dataclasses import asdict

from ltsei.report.analysis import analyse
from ltsei.report.condition_text import mean_over
from ltsei.report.loss_by_sampler import loss_by_sampler
from ltsei.report.matrix_results import MatrixResults
from ltsei.report.number_text import shown
from ltsei.report.ranking import Standing, standings
from ltsei.report.scopes import Scope, scopes, whole
from ltsei.report.selection import Selection, selection
from ltsei.report.tables.csv_rows import Row, parts_columns, write_rows
from ltsei.report.wall_time import mean_seconds

RANKED_BY = "balanced_accuracy"
HEADLINE = (RANKED_BY, "overall_accuracy", "macro_f1", "many_accuracy", "medium_accuracy", "few_accuracy")
SCORES = (*HEADLINE, "harmonic_mean", "g_mean")
ZERO = 1e-9
"""Score of a control below which a difference in percent of it means nothing."""


def write_ranking(path: str, results: MatrixResults) -> None:
    """Write one row per method, best first: average rank, means over conditions and how many these are, cost."""
    scope = whole(results)
    chosen = selection(scope, RANKED_BY)
    conditions = {f"{name}_conditions": len(scope.conditions_of(name)) for name in SCORES}
    rows = (
        {
            "place": each.place,
            "method": each.method.name,
            "title": each.method.label,
            "kind": each.method.kind,
            "average_rank": None if each.average_rank is None else shown(each.average_rank, "rank"),
            **{name: scope.mean(name, each.method.name) for name in SCORES},
            "seconds": mean_seconds(scope.cells, each.method.name),
            **parts_columns(results.method_parts, each.method.name),
            "distinguishable_from_best": _distinguishable(scope, each, chosen),
            "conditions": len(scope.conditions),
            **conditions,
        }
        for each in standings(scope, RANKED_BY)
    )
    write_rows(path, rows)


def write_comparison(path: str, results: MatrixResults, *, by: str) -> None:
    """Write one row per kind, loss or sampler of methods: how many, mean and best balanced accuracy."""
    groups: dict[str, dict[str, float]] = {}
    scope, parts = whole(results), results.method_parts
    for each in standings(scope, RANKED_BY):  # best first, so that the groups are in the order of their best
        name = each.method.name
        if each.mean is not None and (by == "kind" or name in parts):
            key = each.method.kind if by == "kind" else getattr(parts[name], by)
            groups.setdefault(key, {})[name] = each.mean
    rows = (
        {
            by: key,
            "methods": len(members),
            "balanced_accuracy_mean": math.fsum(members.values()) / len(members),
            "balanced_accuracy_best": max(members.values()),
            "best_method": "; ".join(chosen.best),
            "not_distinguishable": "; ".join(chosen.alike),
            "conditions": mean_over(scope, RANKED_BY),
        }
        for key, members in groups.items()
        if (chosen := selection(scope, RANKED_BY, tuple(members)))
    )
    columns = ("balanced_accuracy_mean", "balanced_accuracy_best", "best_method", "not_distinguishable", "conditions")
    write_rows(path, rows, (by, "methods", *columns))


def write_matrix(path: str, results: MatrixResults, *, name: str) -> None:
    """Write the best mean of each pair of loss (row) and sampler (column), last over how many conditions."""
    scope = whole(results)
    pairs = loss_by_sampler(scope, name)
    losses, samplers = (list(dict.fromkeys(pair[part] for pair in pairs)) for part in (0, 1))
    best = {pair: of_pair.mean for pair, of_pair in pairs.items()}
    rows = [
        {
            "loss": loss,
            **{sampler: best.get((loss, sampler)) for sampler in samplers},
            "conditions": mean_over(scope, name),
        }
        for loss in losses
    ]
    write_rows(path, rows, ("loss", *samplers, "conditions"))


def write_best(path: str, results: MatrixResults) -> None:
    """Write the best methods of each condition by each score, among how many, and which may be as good."""
    rows = [_best(scope, name) for name in SCORES for scope in _single_conditions(results)]
    columns = ("dataset", "ir", "metric", "method", "mean", "sd", "n", "methods", "not_distinguishable")
    write_rows(path, filter(None, rows), columns)


def write_improvement(path: str, results: MatrixResults) -> None:
    """Write the paired difference of each method from the control under each condition, in points and in percent."""
    alone = _single_conditions(results)
    write_rows(path, (row for scope in alone for name in SCORES for row in _improvements(scope, name)))


def _single_conditions(results: MatrixResults) -> list[Scope]:
    """Return the scopes of the whole report with one condition each."""
    block = results.blocks[0]
    return [scope for scope in scopes(results) if scope.block == block and len(scope.conditions) == 1]


def _best(scope: Scope, name: str) -> Row | None:
    chosen = selection(scope, name)
    if chosen is None:
        return None
    (condition,) = scope.conditions
    return {
        **dict(zip(("dataset", "ir"), condition, strict=True)),
        "metric": name,
        **asdict(scope.summary(name, condition, chosen.best[0])),
        "method": "; ".join(chosen.best),
        "methods": chosen.among,
        "not_distinguishable": "; ".join(chosen.alike),
    }


def _distinguishable(scope: Scope, each: Standing, chosen: Selection | None) -> str | None:
    """Return whether a method differs significantly from the best; None for the best itself and without a place."""
    if chosen is None or each.place is None or each.method.name in chosen.best:
        return None
    return "no" if scope.aliases[each.method.name] in chosen.alike else "yes"


def _improvements(scope: Scope, name: str) -> Iterator[Row]:
    (condition,) = scope.conditions
    for method, comparison in analyse(scope, name).comparisons.items():
        mean = scope.summary(name, condition, method).mean
        if comparison.mean is None or mean is None:
            continue
        reference = mean - comparison.mean
        yield {
            "dataset": condition[0],
            "ir": condition[1],
            "metric": name,
            "method": method,
            "control": scope.control,
            "control_mean": scope.summary(name, condition, scope.control).mean,
            "mean": mean,
            "difference": comparison.mean,
            "low": comparison.low,
            "high": comparison.high,
            "relative_percent": 100 * comparison.mean / reference if reference > ZERO else None,
            "n": comparison.n,
        }
