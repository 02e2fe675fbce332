"""The first gate: everything about an experiment file that can be known without running anything (no torch)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ltsei.config.experiment import Config
from ltsei.core import registry
from ltsei.core.errors import InputError, unknown
from ltsei.core.parsing import validate
from ltsei.numerics.long_tail import long_tail_counts
from ltsei.pipeline import checks
from ltsei.pipeline.matrix import Matrix, ratio_value


def load_matrix(mapping: Mapping[str, Any], scripts: Path) -> Matrix:
    """Return the matrix that `mapping` (the YAML file as read) describes.

    Raises:
        InputError: every mistake found, one a line, each with its dotted path.
    """
    config = validate(Config, dict(mapping), where=lambda path: path or "config")
    _raise(_reference_problems(config))
    matrix = Matrix(config, scripts)
    _raise(_recipe_problems(matrix))
    found = (
        checks.agreement_problems,
        checks.moving_problems,
        checks.validation_problems,
        checks.given_problems,
        checks.twin_problems,
        _ratio_problems,
        _file_problems,
        _figure_problems,
    )
    _raise(problem for check in found for problem in check(matrix))
    return matrix


def _raise(problems: Iterable[str]) -> None:
    lines = list(dict.fromkeys(problems))
    if lines:
        raise InputError("\n".join(lines))


def _reference_problems(config: Config) -> Iterator[str]:
    """Yield a line for each name that stands for nothing."""
    yield from _unknown("run", config.run, config.experiments, "experiment")
    yield from _unknown("baseline", [config.baseline] if config.baseline else [], config.methods, "method")
    for name, experiment in config.experiments.items():
        yield from _unknown(f"experiments.{name}.datasets", experiment.datasets, config.datasets, "dataset")
        yield from _unknown(f"experiments.{name}.methods", config.block_methods(experiment), config.methods, "method")
    for name in config.methods:
        yield from _parent_problems(config, name)


def _unknown(where: str, names: Iterable[str], known: Collection[str], what: str) -> Iterator[str]:
    return (f"{where}[{index}]: {unknown(name, known, what)}" for index, name in enumerate(names) if name not in known)


def _parent_problems(config: Config, name: str) -> Iterator[str]:
    method = config.methods[name]
    if method.stage1 is None and method.from_ is None:
        yield f"methods.{name}: has neither stage1 nor from; write `stage1: {{}}` to train with the defaults"
    if method.stage1 is not None and method.from_ is not None:
        yield f"methods.{name}.from: nothing of {method.from_!r} is reused, since stage1 is defined here; remove one"
    seen, parent = [name], method.from_
    while parent is not None:
        if parent not in config.methods:
            yield f"methods.{seen[-1]}.from: {unknown(parent, config.methods, 'method')}"
            return
        if parent in seen:
            yield f"methods.{name}.from: goes in a circle: {' -> '.join([*seen, parent])}"
            return
        seen.append(parent)
        parent = config.methods[parent].from_


def _recipe_problems(matrix: Matrix) -> Iterator[str]:
    """Yield the mistakes inside the stages' settings."""
    for stage, dataset, method in checks.owned(matrix):
        try:
            matrix.recipe(stage, dataset, method)
        except InputError as error:
            yield from str(error).splitlines()


def _ratio_problems(matrix: Matrix) -> Iterator[str]:
    """Yield ratios that leave the rarest class of a data set without signals, where its settings say so."""
    for dataset, ir in dict.fromkeys((cell.dataset, cell.ir) for cell in matrix.cells()):
        n_max = matrix.dataset(dataset).split.n_max
        if n_max is not None and ir != "natural" and long_tail_counts(n_max, ratio_value(ir), 2)[-1] == 0:
            yield (
                f"imbalance_ratios: {ir} leaves the rarest class of {dataset} without signals, since "
                f"datasets.{dataset}.split.n_max is {n_max}; the ratio must not exceed it"
            )


def _file_problems(matrix: Matrix) -> Iterator[str]:
    """Yield files of data sources which an enabled block needs and which are not there."""
    for dataset in dict.fromkeys(cell.dataset for cell in matrix.cells()):
        for key, path in source_files(matrix, dataset).items():
            if not Path(path).is_file():
                yield f"datasets.{dataset}.source.{key}: no file {path!r}; paths start at the working directory"


def _figure_problems(matrix: Matrix) -> Iterator[str]:
    """Yield cells that are to have figures and that no enabled block holds."""
    cells = matrix.cells()
    for index, chosen in enumerate(matrix.figure_cells()):
        if chosen in cells:
            continue
        known = {key: {str(getattr(cell, key)) for cell in cells} for key in vars(chosen)}
        wrong = [
            unknown(str(got), known[key], "imbalance ratio" if key == "ir" else key)
            for key, got in vars(chosen).items()
            if str(got) not in known[key]
        ]
        yield f"figures.cells[{index}]: {'; '.join(wrong) or 'no block that is on holds this combination'}"


def made_sources(matrix: Matrix) -> dict[str, dict[str, Any]]:
    """Return the sources of the matrix that read no file, under names for messages."""
    used = dict.fromkeys(cell.dataset for cell in matrix.cells())
    return {f"datasets.{name}.source": matrix.dataset(name).source for name in used if not source_files(matrix, name)}


def source_files(matrix: Matrix, dataset: str) -> dict[str, str]:
    """Return the files which a data set's source reads: parameter -> path."""
    source = matrix.dataset(dataset).source
    keys = registry.declared("sources", source["name"], "PATHS", [])
    return {key: source[key] for key in keys if source[key] is not None}
