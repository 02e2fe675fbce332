"""From the experiment file to the matrix: everything about it that can be checked without running anything."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ltsei.config.experiment import Config
from ltsei.core.errors import InputError
from ltsei.core.parsing import validate
from ltsei.pipeline import data_checks, method_checks
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.references import unknown_names

CHECKS: tuple[Callable[[Matrix], Iterator[str]], ...] = (
    method_checks.misfits,
    method_checks.partly_moving_backbones,
    method_checks.duplicates,
    data_checks.choices_without_validation,
    data_checks.validation_files,
    data_checks.infeasible_ratios,
    data_checks.missing_files,
    data_checks.unknown_figure_cells,
)
"""Each yields the mistakes of one kind."""


def load_matrix(mapping: Mapping[str, Any], scripts: Path, *, files: bool = True) -> Matrix:
    """Return the matrix that `mapping` (the YAML file as read) describes.

    Args:
        mapping: the experiment file with its overlays.
        scripts: the folder of the rules' scripts.
        files: whether files of data that do not exist are a mistake, too.

    Raises:
        InputError: every mistake found, one per line, each with its dotted path.
    """
    config = validate(Config, dict(mapping), where=lambda path: path or "config")
    _raise(unknown_names(config))
    matrix = Matrix(config, scripts)
    _raise(_invalid_recipes(matrix))
    checks = CHECKS if files else [check for check in CHECKS if check is not data_checks.missing_files]
    _raise(problem for check in checks for problem in check(matrix))
    return matrix


def _raise(problems: Iterable[str]) -> None:
    lines = list(dict.fromkeys(problems))
    if lines:
        raise InputError("\n".join(lines))


def _invalid_recipes(matrix: Matrix) -> Iterator[str]:
    """Yield the mistakes inside the settings of the stages."""
    for stage, dataset, method in matrix.defined_stages():
        try:
            matrix.recipe(stage, dataset, method)
        except InputError as error:
            yield from str(error).splitlines()
