"""Which cells are tested beyond their test part: on unknown classes, under conditions, and with other class priors."""

import functools
from collections.abc import Iterator

from ltsei.config.dataset import Dataset
from ltsei.pipeline.matrix import Cell, Matrix
from ltsei.pipeline.rule_table import APPLYING, CONDITIONS, OPEN_SET, PRIORS
from ltsei.pipeline.signal_axes import declared_shape

RESULTS = {OPEN_SET: "open_set", CONDITIONS: "scores", PRIORS: "accuracies"}
"""Rule -> its output."""
FURTHER_TESTS = (CONDITIONS, PRIORS)
"""Rules whose tables and figures have the same names."""


@functools.cache
def datasets(matrix: Matrix, rule: str) -> list[str]:
    """Return the data sets, enabled or not, whose cells a rule tests."""
    return [name for name, settings in matrix.config.datasets.items() if _asks_for(settings, rule)]


def _asks_for(settings: Dataset, rule: str) -> bool:
    if rule == OPEN_SET:
        return settings.unknown_classes is not None
    return bool(settings.test_conditions.levels() if rule == CONDITIONS else settings.test_priors)


def path(matrix: Matrix, cell: Cell, rule: str) -> str:
    """Return the results of a further test of a cell; empty where there are none."""
    skipped = rule in APPLYING and matrix.is_transductive(cell.method)
    if skipped or cell.dataset not in datasets(matrix, rule):
        return ""
    return matrix.job(cell, rule).output(RESULTS[rule], matrix.config.results)


@functools.cache
def unused(matrix: Matrix) -> list[str]:
    """Return those of `FURTHER_TESTS` whose tables and figures would be empty."""
    return [rule for rule in FURTHER_TESTS if not any(path(matrix, cell, rule) for cell in matrix.cells())]


def misfits_of_conditions(matrix: Matrix) -> Iterator[str]:
    """Yield conditions that do not fit the signals of a data set, as far as its settings tell."""
    for dataset in matrix.datasets():
        data = matrix.dataset(dataset)
        known = declared_shape(matrix, dataset), data.source.get("sample_rate_hz")
        yield from (f"datasets.{dataset}.{line}" for line in data.test_conditions.misfits(*known))


def unknown_among_unlabelled(matrix: Matrix) -> Iterator[str]:
    """Yield data sets whose unlabelled signals may be of the classes that are held out as unknown."""
    for dataset in matrix.datasets():
        data = matrix.dataset(dataset)
        if data.unknown_classes is not None and data.unlabelled is not None:
            yield (
                f"datasets.{dataset}.unknown_classes: signals of these classes may be among the `unlabelled` ones, "
                "with which methods train; remove `unlabelled` or `unknown_classes`"
            )
