"""CSV tables of test conditions and test priors: one row per cell and level."""

from collections.abc import Iterator

from ltsei.evaluation.metric_labels import PRIOR
from ltsei.report.cell_result import COORDINATES, CellResult
from ltsei.report.matrix_results import MatrixResults
from ltsei.report.tables.csv_rows import Row, write_rows


def write_test_conditions(path: str, results: MatrixResults) -> None:
    """Write the scores of each cell under each condition at each level; level 0, or inf for noise, is undisturbed."""
    rows = (_coordinates(cell) | row for cell in results.cells for row in cell.test_conditions)
    write_rows(path, rows, (*COORDINATES, "condition", "level", "balanced_accuracy"))


def write_test_priors(path: str, results: MatrixResults) -> None:
    """Write the accuracy of each cell under each prior."""
    rows = (row for cell in results.cells for row in _priors(cell))
    write_rows(path, rows, (*COORDINATES, "prior", "accuracy"))


def _priors(cell: CellResult) -> Iterator[Row]:
    for name, value in (cell.metrics or {}).items():
        if name.startswith(PRIOR):
            yield _coordinates(cell) | {"prior": name.removeprefix(PRIOR), "accuracy": value}


def _coordinates(cell: CellResult) -> dict[str, object]:
    return {name: getattr(cell.files, name) for name in COORDINATES}
