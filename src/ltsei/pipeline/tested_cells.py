"""Which cells are tested under conditions and priors of their own, and conditions that do not fit the signals."""

import functools
from collections.abc import Iterator

from ltsei.config.recipe import ConditionSweep, Recipe
from ltsei.pipeline.matrix import Cell, Matrix
from ltsei.pipeline.signal_axes import declared_shape
from ltsei.pipeline.transductive import is_transductive

CONDITIONS, PRIORS = "test_conditions", "test_priors"
"""The rules; the tables and figures of a report about them have the same names."""
RESULTS = {CONDITIONS: "scores", PRIORS: "accuracies"}
"""Rule -> its output."""


@functools.cache
def datasets(matrix: Matrix, rule: str) -> list[str]:
    """Return the data sets, enabled or not, that have conditions or priors of their own."""
    settings = matrix.config.datasets
    if rule == PRIORS:
        return [name for name in settings if settings[name].test_priors]
    return [name for name in settings if settings[name].test_conditions.levels()]


def owners(matrix: Matrix) -> list[str]:
    """Return the methods that are tested under conditions: all but those that learn from the whole test part."""
    return [method for method in matrix.canonical_methods() if not is_transductive(matrix, method)]


def path(matrix: Matrix, cell: Cell, rule: str) -> str:
    """Return the results of a cell under conditions or priors; empty where there are none."""
    if cell.dataset not in datasets(matrix, rule) or (rule == CONDITIONS and is_transductive(matrix, cell.method)):
        return ""
    return matrix.job(cell, rule).output(RESULTS[rule], matrix.config.results)


@functools.cache
def unused(matrix: Matrix) -> list[str]:
    """Return those of the two rules whose tables and figures would be empty."""
    return [rule for rule in RESULTS if not any(path(matrix, cell, rule) for cell in matrix.cells())]


def recipe(matrix: Matrix, dataset: str, method: str) -> Recipe:
    """Return the recipe: the conditions of a data set, and how the network of a method computes."""
    data = matrix.dataset(dataset)
    network = matrix.network_settings(dataset, method)
    settings = ConditionSweep(conditions=data.test_conditions, groups=data.groups, **network)
    return Recipe.of(CONDITIONS, settings, matrix.scripts)


def misfits_of_conditions(matrix: Matrix) -> Iterator[str]:
    """Yield conditions that do not fit the signals of a data set, as far as its settings tell."""
    for dataset in matrix.datasets():
        data = matrix.dataset(dataset)
        known = declared_shape(matrix, dataset), data.source.get("sample_rate_hz")
        yield from (f"datasets.{dataset}.{line}" for line in data.test_conditions.misfits(*known))
