"""What the methods and blocks ask of a data set that it does not have: validation data, class counts, files."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ltsei.config.recipe_components import free_parameters
from ltsei.config.training import Training
from ltsei.core.errors import unknown
from ltsei.core.shell import active_characters
from ltsei.numerics.long_tail import long_tail_counts
from ltsei.pipeline.data_files import source_files, unlabelled_files
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.ratios import ratio_value


def choices_without_validation(matrix: Matrix) -> Iterator[str]:
    """Yield what a cell would choose on validation data where its data set has none."""
    for stage, dataset, method in matrix.used_stages():
        if matrix.dataset(dataset).split.validation is not None:
            continue
        settings, where = matrix.recipe(stage, dataset, method).settings, f"methods.{method}.{stage}"
        missing = f"but datasets.{dataset}.split.validation is none; give a value or a validation part"
        if isinstance(settings, Training) and (key := settings.needs_validation()):
            yield f"{where}.{key}: is decided on validation data, {missing}"
        for step, parameter in free_parameters(settings):
            yield f"{where}: {step}.{parameter} is to be chosen on validation data, {missing}"


def validation_files(matrix: Matrix) -> Iterator[str]:
    """Yield data sets with a validation file that the split does not use, or the other way round."""
    for dataset in matrix.datasets():
        source, validation = matrix.dataset(dataset).source, matrix.dataset(dataset).split.validation
        where = f"datasets.{matrix.store(dataset)}.source.val"
        given, file = validation is not None and validation.given, source.get("val")
        if given and file is None and "val" in source:
            yield (
                f"datasets.{dataset}.split.validation: got given, but {where} names no file; "
                "set it, or write per_class or fraction"
            )
        if file is not None and not given:
            yield (
                f"{where}: its signals are for validation alone; remove it, or write "
                f"`datasets.{dataset}.split.validation: given`"
            )


def missing_unlabelled_signals(matrix: Matrix) -> Iterator[str]:
    """Yield methods that learn from unlabelled signals, for each of their data sets that has none."""
    for stage, dataset, method in matrix.used_stages():
        ratio = getattr(matrix.recipe(stage, dataset, method).settings, "unlabelled_ratio", None)
        if ratio is None:
            continue
        where = f"methods.{method}.{stage}.unlabelled_ratio"
        if not matrix.uses_unlabelled(method):
            yield f"{where}: got {ratio} for all methods; set it in the methods that make pseudo-labels"
        if matrix.dataset(dataset).unlabelled is None:
            yield (
                f"{where}: {method} learns from unlabelled signals, but datasets.{matrix.store(dataset)}.unlabelled "
                "is not set; name them there, or leave the method out of the blocks of this data set"
            )


def infeasible_ratios(matrix: Matrix) -> Iterator[str]:
    """Yield ratios that leave the rarest class of a data set without signals, where its settings tell."""
    for dataset, ir in dict.fromkeys((cell.dataset, cell.ir) for cell in matrix.cells()):
        n_max = matrix.dataset(dataset).split.n_max
        if n_max is not None and ir != "natural" and long_tail_counts(n_max, ratio_value(ir), 2)[-1] == 0:
            yield (
                f"imbalance_ratios: {ir} leaves the rarest class of {dataset} without signals, since "
                f"datasets.{dataset}.split.n_max is {n_max}; the ratio must not exceed it"
            )


def unsafe_files(matrix: Matrix) -> Iterator[str]:
    """Yield files of data sources whose paths a shell could act on, those that a pattern matches included."""
    for where, path in _files(matrix):
        if clause := active_characters(str(path)):
            yield f"{where}: {clause}"


def missing_files(matrix: Matrix) -> Iterator[str]:
    """Yield files of data sources that an enabled block needs and that do not exist."""
    for where, path in _files(matrix):
        if not path.is_file():
            yield f"{where}: no file {str(path)!r}; paths start at the working directory"


def missing_results_of_others(matrix: Matrix) -> Iterator[str]:
    """Yield published tables and results folders of others that do not exist."""
    for place, source in enumerate(matrix.config.results_of_others):
        where = f"results_of_others[{place}]"
        if source.table and not Path(source.path).is_file():
            yield f"{where}.table: no file {source.path!r}; paths start at the working directory"
        if source.folder and not Path(source.path).is_dir():
            yield f"{where}.folder: no folder {source.path!r}; paths start at the working directory"


def _files(matrix: Matrix) -> Iterator[tuple[str, Path]]:
    """Yield the dotted path of the key that names each file, as far as one does, and the file."""
    for dataset in matrix.stores():
        settings = matrix.dataset(dataset)
        read = {"source": source_files(matrix, dataset), "unlabelled": unlabelled_files(matrix, dataset)}
        for origin, paths in read.items():
            keys = dict(_named_files(getattr(settings, origin) or {}))
            for path in map(Path, paths):
                yield f"datasets.{dataset}.{origin}" + (f".{keys[path]}" if path in keys else ""), path


def _named_files(source: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield each file that the settings of a source name, and the key that names it."""
    for key, value in source.items():
        if isinstance(value, str):
            yield Path(value), key
        elif isinstance(value, Mapping):
            yield from ((Path(path), f"{key}.{name}") for name, path in value.items() if isinstance(path, str))


def unknown_figure_cells(matrix: Matrix) -> Iterator[str]:
    """Yield cells whose figures are asked for and that no enabled block holds."""
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
        yield f"figures.cells[{index}]: {'; '.join(wrong) or 'no enabled block holds this combination'}"
