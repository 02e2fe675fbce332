"""From the experiment file to the matrix: everything about it that can be checked without running anything."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ltsei.config import smoke
from ltsei.config.experiment import Config
from ltsei.config.families import written_out
from ltsei.config.sweeps import Exceptions, Expanded, expanded
from ltsei.core.errors import InputError
from ltsei.core.parsing import validate
from ltsei.pipeline import (
    data_checks,
    method_checks,
    signal_axes,
    step_checks,
    swept_methods,
    tested_cells,
    transductive,
    tuned_methods,
    tuning_checks,
)
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.ownership import Ownership
from ltsei.pipeline.references import NOTHING, circular_teachers, unknown_names
from ltsei.pipeline.swept_methods import method_of

COMBINATIONS: tuple[swept_methods.Check, ...] = (
    method_checks.misfits,
    step_checks.unusable_steps,
    step_checks.foreign_pretrainings,
)
"""Each yields settings of one kind that make no sense together; of a sweep, such combinations may be left out."""
CHECKS: tuple[swept_methods.Check, ...] = (
    *COMBINATIONS,
    method_checks.partly_moving_backbones,
    method_checks.duplicates,
    method_checks.unusable_teachers,
    method_checks.oracles_on_left_out_domains,
    signal_axes.misfits_of_axes,
    tested_cells.misfits_of_conditions,
    transductive.unusable_views,
    data_checks.choices_without_validation,
    data_checks.validation_files,
    data_checks.infeasible_ratios,
    data_checks.missing_unlabelled_signals,
    tested_cells.unknown_among_unlabelled,
    data_checks.unsafe_files,
    data_checks.missing_files,
    data_checks.missing_results_of_others,
)
"""Each yields the mistakes of one kind."""
FILE_CHECKS = (data_checks.missing_files, data_checks.missing_results_of_others)
"""Of these, those about files that do not exist."""
TUNING_CHECKS: tuple[swept_methods.Check, ...] = (
    tuning_checks.different_tunings,
    tuning_checks.tuning_without_validation,
    tuning_checks.shared_choice_seeds,
    tuning_checks.unusable_ranges,
    method_checks.unusable_oracles,
    data_checks.unknown_figure_cells,
)
"""The same for what only the tuned methods show."""
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
    mapping = written_out(mapping)
    sweeps, excepted = expanded(mapping), Exceptions()
    config, matrix = _untuned(sweeps, scripts)
    if sweeps.methods:
        excepted = swept_methods.exceptions(matrix, sweeps, COMBINATIONS)
        _raise(swept_methods.unusable_values(sweeps, excepted))
    if excepted != Exceptions():
        config, matrix = _untuned(expanded(mapping, excepted), scripts, excepted.left_out)
    checks = CHECKS if files else [check for check in CHECKS if check not in FILE_CHECKS]
    _raise((problem for check in checks for problem in check(matrix)), config.methods)
    tuned = Matrix(tuned_methods.with_tuned_methods(matrix, config), scripts, excepted.left_out)
    _raise((problem for check in TUNING_CHECKS for problem in check(tuned)), config.methods)
    return tuned


def _untuned(sweeps: Expanded, scripts: Path, left_out: Mapping[str, str] = NOTHING) -> tuple[Config, Matrix]:
    """Return the configuration and, as if its blocks had no `tuning`, its matrix, every recipe of which is valid."""
    try:
        config = validate(Config, sweeps.mapping, where=lambda path: path or "config")
    except InputError as error:
        swept = {name for methods in sweeps.methods.values() for name in methods}
        raise InputError("\n".join(merged_by_method(str(error).splitlines(), swept))) from None
    _raise(unknown_names(config, left_out), config.methods)
    _raise(circular_teachers(Ownership(config)), config.methods)
    config = smoke.small(config) if config.smoke else config
    matrix = Matrix(_without_tuning(config), scripts)
    _raise(_invalid_recipes(matrix), config.methods)
    return config, matrix


def _without_tuning(config: Config) -> Config:
    blocks = {name: block.model_copy(update={"tuning": None}) for name, block in config.experiments.items()}
    return config.model_copy(update={"experiments": blocks})


def merged_by_method(problems: Iterable[str], names: Collection[str]) -> list[str]:
    """Return the problems, each once; one that more than `SHOWN` of the named methods share is one line."""
    lines = list(dict.fromkeys(problems))
    parts = {line: line.removeprefix(f"methods.{method_of(line, names)}") for line in lines}
    methods: dict[str, list[str]] = {}
    for line, rest in parts.items():
        methods.setdefault(rest, []).append(method_of(line, names))
    merged = []
    for line, rest in parts.items():
        concerned = methods[rest]
        if len(concerned) > SHOWN:
            merged.append(f"methods.*{rest} ({len(concerned)} methods: {', '.join(concerned[:SHOWN])}, …)")
        else:
            merged.append(line)
    return list(dict.fromkeys(merged))


def _raise(problems: Iterable[str], methods: Collection[str] = ()) -> None:
    lines = merged_by_method(problems, methods)
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
