"""Data sets whose validation signals come from outside the long-tailed set, and those that they are compared with."""

from ltsei.config.derived_datasets import lineage
from ltsei.data.split import is_oracle
from ltsei.pipeline.matrix import Matrix


def oracles(matrix: Matrix) -> list[str]:
    """Return the data sets of the enabled blocks with the balanced protocol, an oracle to a user with this tail."""
    return [name for name in matrix.datasets() if is_oracle(matrix.dataset(name).split.arguments()["validation"])]


def pairs(matrix: Matrix) -> list[tuple[str, str]]:
    """Return each (data set, its oracle) of the enabled blocks: one is derived from the other."""
    names, of_oracle = matrix.datasets(), oracles(matrix)
    honest = [name for name in names if name not in of_oracle]
    return [(name, oracle) for oracle in of_oracle for name in honest if _related(matrix, name, oracle)]


def _related(matrix: Matrix, one: str, other: str) -> bool:
    datasets = matrix.config.datasets
    return one in lineage(datasets, other) or other in lineage(datasets, one)
