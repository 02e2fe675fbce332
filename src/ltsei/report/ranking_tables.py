"""Tables which rank methods and group them by what they are made of, as CSV with fractions in [0, 1]."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ltsei.core import files
from ltsei.report import analysis
from ltsei.report.method_parts import MethodParts, method_parts
from ltsei.report.results import Results
from ltsei.report.summaries import mean_cost, mean_over, summaries

HEADLINE = ("balanced_accuracy", "overall_accuracy", "macro_f1", "many_accuracy", "medium_accuracy", "few_accuracy")
ZERO = 1e-9
SCORES = (*HEADLINE, "harmonic_mean", "g_mean")
Row = Mapping[str, Any]


def write_ranking(path: str, findings: Results) -> None:
    """Write one row per method, best first: average rank, means over conditions, cost."""
    found = analysis.analyse(next(analysis.scopes(findings)), "balanced_accuracy")
    ranks = dict(zip(found.ranked, found.friedman.ranks, strict=True)) if found.friedman else {}
    made_of = method_parts(findings)
    rows: list[dict[str, Any]] = [
        {
            "method": method.name,
            "title": method.label,
            "kind": method.kind,
            "average_rank": ranks.get(method.name),
            **{name: mean_over(findings, method.name, name) for name in SCORES},
            "seconds": mean_cost(findings.cells, method.name),
            **parts(made_of, method.name),
        }
        for method in findings.methods
    ]
    shared = places([row["balanced_accuracy"] for row in rows])
    rows = [{"place": place, **row} for place, row in zip(shared, rows, strict=True)]
    write_rows(path, sorted(rows, key=lambda row: math.inf if row["place"] is None else row["place"]))


def places(values: Sequence[float | None]) -> list[int | None]:
    """Return the place of each value, 1 for the highest; equal values share theirs, undefined ones have none."""
    return [
        None if value is None else 1 + sum(other is not None and other > value for other in values) for value in values
    ]


def write_comparison(path: str, findings: Results, *, by: str) -> None:
    """Write one row per kind, loss or sampler of methods: how many, mean and best balanced accuracy."""
    groups: dict[str, list[tuple[float, str]]] = {}
    made_of = method_parts(findings)
    for method in findings.methods:
        value = mean_over(findings, method.name, "balanced_accuracy")
        if value is not None and (by == "kind" or method.name in made_of):
            key = method.kind if by == "kind" else getattr(made_of[method.name], by)
            groups.setdefault(key, []).append((value, method.name))
    rows: list[dict[str, Any]] = [
        {
            by: key,
            "methods": len(found),
            "balanced_accuracy_mean": math.fsum(value for value, _ in found) / len(found),
            "balanced_accuracy_best": max(found)[0],
            "best_method": max(found)[1],
        }
        for key, found in groups.items()
    ]
    rows.sort(key=lambda row: -row["balanced_accuracy_best"])
    write_rows(path, rows, (by, "methods", "balanced_accuracy_mean", "balanced_accuracy_best", "best_method"))


def write_matrix(path: str, findings: Results, *, name: str) -> None:
    """Write the best mean of each pair of loss (row) and sampler (column), post-hoc methods left out."""
    best: dict[tuple[str, str], float] = {}
    for method, design in method_parts(findings).items():
        value = mean_over(findings, method, name)
        if value is not None and not design.steps:
            key = (design.loss, design.sampler)
            best[key] = max(value, best.get(key, value))
    samplers = list(dict.fromkeys(sampler for _, sampler in best))
    losses = dict.fromkeys(loss for loss, _ in best)
    rows = [{"loss": loss, **{sampler: best.get((loss, sampler)) for sampler in samplers}} for loss in losses]
    write_rows(path, rows, ("loss", *samplers))


def write_best(path: str, findings: Results) -> None:
    """Write the best method of each condition by each score."""
    rows = []
    for name in SCORES:
        found = summaries(findings.cells, name)
        for condition in findings.conditions:
            here = [
                (summary.mean, method) for (*at, method), summary in found.items() if (*at,) == condition and summary.n
            ]
            if here:
                method = max((mean, method) for mean, method in here if mean is not None)[1]
                summary = found[*condition, method]
                at = dict(zip(("dataset", "ir"), condition, strict=True))
                rows.append({**at, "metric": name, "method": method, **asdict(summary)})
    write_rows(path, rows, ("dataset", "ir", "metric", "method", "mean", "sd", "n"))


def write_improvement(path: str, findings: Results) -> None:
    """Write the paired difference of each method to the control under each condition, in points and in percent."""
    whole = [scope for scope in analysis.scopes(findings) if scope.block == findings.blocks[0].name]
    alone = [scope for scope in whole if len(scope.conditions) == 1]
    write_rows(path, (row for scope in alone for name in SCORES for row in _improvements(scope, name)))


def _improvements(scope: analysis.Scope, name: str) -> Iterator[Row]:
    found, condition = summaries(scope.cells, name), scope.conditions[0]
    for method, compared in analysis.analyse(scope, name).comparisons.items():
        mean = found[*condition, method].mean
        if compared.mean is None or mean is None:
            continue
        reference = mean - compared.mean
        yield {
            "dataset": condition[0],
            "ir": condition[1],
            "metric": name,
            "method": method,
            "control": scope.control,
            "control_mean": found[*condition, scope.control].mean,
            "mean": mean,
            "difference": compared.mean,
            "low": compared.low,
            "high": compared.high,
            "relative_percent": 100 * compared.mean / reference if reference > ZERO else None,
            "n": compared.n,
        }


def parts(made_of: Mapping[str, MethodParts], method: str) -> dict[str, str]:
    """Return the parts of a method as columns, none where they are not known."""
    return asdict(made_of[method]) if method in made_of else {}


def write_rows(path: str, rows: Iterable[Row], columns: Iterable[str] = ()) -> None:
    """Write rows under the columns that they have, in the order of their appearance."""
    found = list(rows)
    names = list(dict.fromkeys([*columns, *(name for row in found for name in row)]))
    files.write_csv(path, names, found)
