"""CSV tables about tuning and protocols: every trial, and what an oracle or a choice on the test part changes."""

from collections.abc import Iterator
from dataclasses import asdict

from ltsei.evaluation.statistics import Comparison
from ltsei.report.cell_result import CellResult
from ltsei.report.matrix_results import MatrixResults
from ltsei.report.protocols import oracle_comparisons, selections_on_test
from ltsei.report.scopes import Scope, scopes
from ltsei.report.tables.csv_rows import Row, write_rows

TRIAL = (
    *("dataset", "ir", "seed", "method", "trial", "chosen", "trial_seeds", "select_by"),
    *("score", "val_balanced_accuracy"),
)
PROTOCOL = (
    *("block", "comparison", "dataset", "method", "chosen_among", "mean", "other_mean", "place", "other_place"),
    *("n", "seeds", "difference", "low", "high", "p", "adjusted"),
)
TESTED = ("n", "seeds", "low", "high", "p", "adjusted")


def write_tuning(path: str, results: MatrixResults) -> None:
    """Write one row per cell and trial: whether it was chosen, its validation scores, and its parameters."""
    write_rows(path, (row for cell in results.cells for row in _trials(cell)), TRIAL)


def write_protocols(path: str, results: MatrixResults) -> None:
    """Write one row per method and data set: what its oracle, or a choice on test (forbidden), would have reported."""
    of_blocks = [scope for scope in scopes(results) if scope.condition is None]
    write_rows(path, (row for scope in of_blocks for row in [*_oracles(scope), *_on_test(scope)]), PROTOCOL)


def _trials(cell: CellResult) -> Iterator[Row]:
    search = cell.search
    if search is None:
        return
    for number, trial in enumerate(search.trials):
        yield {
            "dataset": cell.files.dataset,
            "ir": cell.files.ir,
            "seed": cell.files.seed,
            "method": cell.files.method,
            "trial": number,
            "chosen": number == search.chosen,
            "trial_seeds": search.files.seeds,
            "select_by": search.select_by,
            "score": trial.score,
            "val_balanced_accuracy": trial.balanced_accuracy,
            **trial.parameters,
        }


def _oracles(scope: Scope) -> Iterator[Row]:
    for each in oracle_comparisons(scope):
        for row in each.rows:
            yield {
                "block": scope.block.name,
                "comparison": f"oracle {each.oracle}",
                "dataset": each.dataset,
                "method": row.method,
                "mean": row.mean,
                "other_mean": row.oracle_mean,
                "place": row.place,
                "other_place": row.oracle_place,
                **_tested(row.comparison),
            }


def _on_test(scope: Scope) -> Iterator[Row]:
    for row in selections_on_test(scope):
        yield {
            "block": scope.block.name,
            "comparison": "selection_on_test_forbidden",
            "dataset": row.dataset,
            "method": row.method,
            "chosen_among": row.among,
            "mean": row.mean,
            "other_mean": row.on_test,
            **_tested(row.comparison),
        }


def _tested(comparison: Comparison) -> Row:
    numbers = asdict(comparison)
    return {"difference": comparison.mean, **{name: numbers[name] for name in TESTED}}
