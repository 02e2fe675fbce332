"""Tables with the numbers of every cell, of the seeds together, and of every statistical test."""

from collections.abc import Iterator
from dataclasses import asdict

from ltsei.core import files
from ltsei.evaluation import metric_labels
from ltsei.evaluation.variance_components import Spread
from ltsei.report.analysis import analyse
from ltsei.report.condition_text import left_out_of
from ltsei.report.independent_seeds import planned
from ltsei.report.matrix_results import MatrixResults
from ltsei.report.scopes import Scope, metric_names, scopes, whole
from ltsei.report.spread_by_cause import spread_by_cause
from ltsei.report.tables.csv_rows import Row, parts_columns, write_rows

TIDY = ("dataset", "ir", "seed", "method", "metric", "value")
STATISTICS = ("mean", "sd", "n")


def write_tidy(path: str, results: MatrixResults) -> None:
    """Write one row per number; undefined is an empty value, a missing cell has no rows."""
    rows = [
        dict(zip(TIDY, (*cell.condition, cell.files.seed, cell.files.method, name, value), strict=True))
        for cell in results.cells
        for name, value in (cell.metrics or {}).items()
    ]
    files.write_csv(path, TIDY, rows)


def write_summary(path: str, results: MatrixResults) -> None:
    """Write one row per (data set, ratio, method): seeds planned, then mean, sd and n of each metric.

    Results of others, where there are any, follow with their ``origin``, which is empty in the other rows.
    """
    names, scope = metric_names(results.cells), whole(results)
    rows = []
    for key, cells in scope.by_method.items():
        row: dict[str, object] = dict(zip(("dataset", "ir", "method"), key, strict=True))
        row["seeds"] = planned(cells, scope.independent_seeds)
        for name in names:
            row.update({f"{name}_{each}": getattr(scope.summaries(name)[key], each) for each in STATISTICS})
        rows.append(row)
    columns = ["dataset", "ir", "method", "seeds", *(f"{name}_{each}" for name in names for each in STATISTICS)]
    others = list(_others(results))
    write_rows(path, (*rows, *others), [*columns, "origin"] if others else columns)


def _others(results: MatrixResults) -> Iterator[dict[str, object]]:
    """Yield a row per data set, ratio and method of others, with its origin; unknown numbers of seeds are empty."""
    others: dict[tuple[object, ...], dict[str, object]] = {}
    for entry, origin in results.others:
        key = entry.dataset, entry.ir, entry.label, origin
        row = others.setdefault(
            (*key, entry.signals), dict(zip(("dataset", "ir", "method", "origin"), key, strict=True))
        )
        values = entry.summary.mean, entry.summary.sd, entry.summary.n or None
        row.update({f"{entry.metric}_{name}": value for name, value in zip(STATISTICS, values, strict=True)})
    yield from others.values()


def write_full(path: str, results: MatrixResults) -> None:
    """Write one row per cell: coordinates, state and its reason, parts of its method, wall time and every metric."""
    rows = (
        {
            "dataset": cell.files.dataset,
            "ir": cell.files.ir,
            "seed": cell.files.seed,
            "method": cell.files.method,
            "kind": cell.files.kind,
            "state": cell.status[0],
            "reason": cell.status[2] or None,
            **parts_columns(results.method_parts, cell.files.method),
            "seconds": cell.seconds,
            **(cell.metrics or {}),
        }
        for cell in results.cells
    )
    write_rows(path, rows)


def write_statistics(path: str, results: MatrixResults) -> None:
    """Write one row per comparison with a control: block, conditions, metric, method, ranks, interval and tests."""
    names = metric_labels.tested(metric_names(results.cells))
    write_rows(path, (row for scope in scopes(results) for name in names for row in _statistics(scope, name)))


def _statistics(scope: Scope, name: str) -> Iterator[Row]:
    dataset, ir = scope.condition or ("all", "all")
    analysis = analyse(scope, name)
    for method in scope.distinct:
        comparison = analysis.comparisons.get(method)
        yield {
            "block": scope.block.name,
            "dataset": dataset,
            "ir": ir,
            "metric": name,
            "method": method,
            "control": scope.control,
            "average_rank": analysis.average_ranks.get(method),
            "friedman_iman_davenport_p": analysis.friedman.f_p if analysis.friedman else None,
            "critical_difference": analysis.friedman.critical_difference if analysis.friedman else None,
            "conditions": len(scope.conditions_of(name)),
            "conditions_left_out": "; ".join(left_out_of(scope, name)),
            **(asdict(comparison) if comparison else {}),
            **_spread(spread_by_cause(scope, name).get(method)),
        }


def _spread(spread: Spread | None) -> Row:
    """Return the spread by cause as columns; none where the seeds do not separate the causes."""
    names = {"data": "sd_data", "training": "sd_training", "splits": "split_seeds", "trainings": "training_seeds"}
    return {} if spread is None else {column: getattr(spread, name) for name, column in names.items()}
