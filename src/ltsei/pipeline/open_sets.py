"""Data sets with classes that are held out as unknown: their cells also have open-set metrics."""

from collections.abc import Iterator

from ltsei.pipeline.matrix import Cell, Matrix
from ltsei.pipeline.rule_table import OPEN_SET
from ltsei.pipeline.transductive import is_transductive


def open_datasets(matrix: Matrix) -> list[str]:
    """Return the data sets with unknown classes, enabled or not."""
    return [name for name in matrix.config.datasets if has_unknown(matrix, name)]


def has_unknown(matrix: Matrix, dataset: str) -> bool:
    """Return whether classes of a data set are held out as unknown."""
    return matrix.dataset(dataset).unknown_classes is not None


def open_methods(matrix: Matrix) -> list[str]:
    """Return the methods that classify signals one by one; a transductive one has no logits for further signals."""
    return [method for method in matrix.rule_owners(OPEN_SET) if not is_transductive(matrix, method)]


def metrics_file(matrix: Matrix, cell: Cell) -> str:
    """Return the open-set metrics of a cell; empty where no class is unknown, or the method is transductive."""
    if not has_unknown(matrix, cell.dataset) or is_transductive(matrix, cell.method):
        return ""
    return matrix.job(cell, OPEN_SET).output("open_set", matrix.config.results)


def unknown_among_unlabelled(matrix: Matrix) -> Iterator[str]:
    """Yield data sets whose unlabelled signals may be of the classes that are held out as unknown."""
    for name in matrix.datasets():
        if has_unknown(matrix, name) and matrix.dataset(name).unlabelled is not None:
            yield (
                f"datasets.{name}.unknown_classes: signals of these classes may be among the `unlabelled` ones, with "
                "which methods train; remove `unlabelled` or `unknown_classes`"
            )
