"""From the experiment file to the matrix: everything about it that can be checked without running anything."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ltsei.config import smoke
from ltsei.config.experiment import Config
from ltsei.core.errors import InputError
from ltsei.core.parsing import validate
from ltsei.pipeline import data_checks, method_checks, step_checks, tuned_methods
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.ownership import Ownership
from ltsei.pipeline.references import circular_teachers, unknown_names

CHECKS: tuple[Callable[[Matrix], Iterator[str]], ...] = (
    method_checks.misfits,
    step_checks.unusable_steps,
    step_checks.foreign_pretrainings,
    method_checks.partly_moving_backbones,
    method_checks.duplicates,
    data_checks.choices_without_validation,
    data_checks.validation_files,
    data_checks.infeasible_ratios,
    data_checks.unsafe_files,
    data_checks.missing_files,
)
"""Each yields the mistakes of one kind."""
TUNING_CHECKS: tuple[Callable[[Matrix], Iterator[str]], ...] = (
    tuned_methods.different_tunings,
    tuned_methods.tuning_without_validation,
    tuned_methods.shared_choice_seeds,
    tuned_methods.unusable_ranges,
    data_checks.unknown_figure_cells,
)
"""The same for what only the tuned methods show."""
OF_METHOD = re.compile(r"methods\.([^.:]+)([.:].*)")
"""A mistake of one method: its name, and what follows it."""
SHOWN = 3
"""This many methods are named that make the same mistake."""


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
    _raise(circular_teachers(Ownership(config)))
    config = smoke.small(config) if config.smoke else config
    matrix = Matrix(_without_tuning(config), scripts)
    _raise(_invalid_recipes(matrix))
    checks = CHECKS if files else [check for check in CHECKS if check is not data_checks.missing_files]
    _raise(problem for check in checks for problem in check(matrix))
    tuned = Matrix(tuned_methods.with_tuned_methods(matrix, config), scripts)
    _raise(problem for check in TUNING_CHECKS for problem in check(tuned))
    return tuned


def _without_tuning(config: Config) -> Config:
    blocks = {name: block.model_copy(update={"tuning": None}) for name, block in config.experiments.items()}
    return config.model_copy(update={"experiments": blocks})


def merged_by_method(problems: Iterable[str]) -> list[str]:
    """Return the problems, each once; one that more than `SHOWN` methods share is one line with their number."""
    lines = list(dict.fromkeys(problems))
    methods: dict[str, list[str]] = {}
    matches = {line: OF_METHOD.fullmatch(line) for line in lines}
    for parts in filter(None, matches.values()):
        methods.setdefault(parts[2], []).append(parts[1])
    merged = []
    for line, match in matches.items():
        names = methods[match[2]] if match else []
        if match and len(names) > SHOWN:
            merged.append(f"methods.*{match[2]} ({len(names)} methods: {', '.join(names[:SHOWN])}, …)")
        else:
            merged.append(line)
    return list(dict.fromkeys(merged))


def _raise(problems: Iterable[str]) -> None:
    lines = merged_by_method(problems)
    if lines:
        raise InputError("\n".join(lines))


def _invalid_recipes(matrix: Matrix) -> Iterator[str]:
    """Yield the mistakes inside the settings of the stages; one in shared settings with the methods."""
    methods: dict[str, dict[str, None]] = {}
    for stage, dataset, method in matrix.defined_stages():
        try:
            matrix.recipe(stage, dataset, method)
        except InputError as error:
            for line in str(error).splitlines():
                methods.setdefault(line, {})[method] = None
    for line, concerned in methods.items():
        count = f"{len(concerned)} methods" if len(concerned) > SHOWN else ", ".join(concerned)
        yield line if line.startswith("methods.") else f"{line} (concerns {count})"
