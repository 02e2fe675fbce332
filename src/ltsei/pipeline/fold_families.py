"""The data sets that are folds of one comparison, as `leave_one_out`, `folds` or the user names them."""

from collections.abc import Collection
from typing import Any

from ltsei.pipeline.matrix import Matrix


def families(matrix: Matrix, datasets: Collection[str]) -> list[dict[str, Any]]:
    """Return name, reference and folds of each family to which at least two of `datasets` belong.

    A fold is the name of a data set -> the domains, and their values, that it leaves out of training. The reference is
    None where it is not among the data sets.
    """
    folds: dict[tuple[str, str | None], dict[str, dict[str, list[str]]]] = {}
    for name in datasets:
        settings = matrix.dataset(name)
        if settings.family is not None:
            reference = settings.reference if settings.reference in datasets else None
            folds.setdefault((settings.family, reference), {})[name] = settings.split.leave_out
    return [
        {"name": name, "reference": reference, "folds": members}
        for (name, reference), members in folds.items()
        if len(members) > 1
    ]
