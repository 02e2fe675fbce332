"""CSV tables that rank methods, and that group them by their parts."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ltsei.report.analysis import analyse
from ltsei.report.loss_by_sampler import loss_by_sampler
from ltsei.report.matrix_results import MatrixResults
from ltsei.report.ranking import places
from ltsei.report.scopes import Scope, scopes, whole
from ltsei.report.tables.csv_rows import Row, parts_columns, write_rows
from ltsei.report.wall_time import mean_seconds

RANKED_BY = "balanced_accuracy"
HEADLINE = (RANKED_BY, "overall_accuracy", "macro_f1", "many_accuracy", "medium_accuracy", "few_accuracy")
SCORES = (*HEADLINE, "harmonic_mean", "g_mean")
ZERO = 1e-9
"""Score of a control below which a difference in percent of it means nothing."""


def write_ranking(path: str, results: MatrixResults) -> None:
    """Write one row per method, best first: average rank, means over conditions, cost."""
    scope = whole(results)
    ranks = analyse(scope, RANKED_BY).average_ranks
    rows: list[dict[str, Any]] = [
        {
            "method": method.name,
            "title": method.label,
            "kind": method.kind,
            "average_rank": ranks.get(method.name),
            **{name: scope.mean(name, method.name) for name in SCORES},
            "seconds": mean_seconds(scope.cells, method.name),
            **parts_columns(results.method_parts, method.name),
        }
        for method in scope.methods
    ]
    by_score = places([row[RANKED_BY] for row in rows])
    rows = [{"place": place, **row} for place, row in zip(by_score, rows, strict=True)]
    write_rows(path, sorted(rows, key=lambda row: math.inf if row["place"] is None else row["place"]))


def write_comparison(path: str, results: MatrixResults, *, by: str) -> None:
    """Write one row per kind, loss or sampler of methods: how many, mean and best balanced accuracy."""
    groups: dict[str, list[tuple[float, str]]] = {}
    scope, parts = whole(results), results.method_parts
    for method in scope.methods:
        value = scope.mean(RANKED_BY, method.name)
        if value is not None and (by == "kind" or method.name in parts):
            key = method.kind if by == "kind" else getattr(parts[method.name], by)
            groups.setdefault(key, []).append((value, method.name))
    rows: list[dict[str, Any]] = [
        {
            by: key,
            "methods": len(members),
            "balanced_accuracy_mean": math.fsum(value for value, _ in members) / len(members),
            "balanced_accuracy_best": max(members)[0],
            "best_method": max(members)[1],
        }
        for key, members in groups.items()
    ]
    rows.sort(key=lambda row: -row["balanced_accuracy_best"])
    write_rows(path, rows, (by, "methods", "balanced_accuracy_mean", "balanced_accuracy_best", "best_method"))


def write_matrix(path: str, results: MatrixResults, *, name: str) -> None:
    """Write the best mean of each pair of loss (row) and sampler (column)."""
    pairs = loss_by_sampler(whole(results), name)
    losses, samplers = (list(dict.fromkeys(pair[part] for pair in pairs)) for part in (0, 1))
    best = {pair: of_pair.mean for pair, of_pair in pairs.items()}
    rows = [{"loss": loss, **{sampler: best.get((loss, sampler)) for sampler in samplers}} for loss in losses]
    write_rows(path, rows, ("loss", *samplers))


def write_best(path: str, results: MatrixResults) -> None:
    """Write the best method of each condition by each score."""
    rows, scope = [], whole(results)
    for name in SCORES:
        for condition in scope.conditions:
            means = [
                (summary.mean, method)
                for (*key, method), summary in scope.summaries(name).items()
                if (*key,) == condition and summary.mean is not None
            ]
            if means:
                method = max(means)[1]
                coordinates = dict(zip(("dataset", "ir"), condition, strict=True))
                summary = scope.summary(name, condition, method)
                rows.append({**coordinates, "metric": name, "method": method, **asdict(summary)})
    write_rows(path, rows, ("dataset", "ir", "metric", "method", "mean", "sd", "n"))


def write_improvement(path: str, results: MatrixResults) -> None:
    """Write the paired difference of each method from the control under each condition, in points and in percent."""
    block = results.blocks[0]
    alone = [scope for scope in scopes(results) if scope.block == block and len(scope.conditions) == 1]
    write_rows(path, (row for scope in alone for name in SCORES for row in _improvements(scope, name)))


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
