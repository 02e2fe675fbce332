"""What the data sets of a matrix hold, and everything wrong with them, before any job: headers and labels are read."""

import ast
import functools
import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ltsei.config.effective_settings import prepared_source
from ltsei.core import registry
from ltsei.core.errors import InputError
from ltsei.core.run_seeds import split_seed
from ltsei.data.domain_split import make_domain_split
from ltsei.data.known_classes import WHERE
from ltsei.data.message_mask import masked
from ltsei.data.one_length import one_length
from ltsei.data.part_checks import checked_counts
from ltsei.data.part_counts import part_counts, shared_groups
from ltsei.data.recordings import Recordings
from ltsei.data.signal_file import fitted
from ltsei.data.split import Split
from ltsei.data.unlabelled import Labelled
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.ratios import ratio_value


@dataclass(frozen=True)
class DataSurvey:
    """What is known of one data set without reading its signals.

    Attributes:
        dataset: its name.
        problems: what ends a run, a sentence each.
        lines: its size, the signals per class of every ratio, warnings.
        signal_shape: (*shape, channels); empty where it is unknown.
        sample_rate_hz: None where it is unknown.
    """

    dataset: str
    problems: tuple[str, ...]
    lines: tuple[str, ...]
    signal_shape: tuple[int, ...] = ()
    sample_rate_hz: float | None = None


def survey(matrix: Matrix, datasets: Iterable[str] | None = None) -> list[DataSurvey]:
    """Return the surveys of some data sets of the enabled blocks, or of all."""
    read = functools.cache(functools.partial(_recordings, matrix))
    return [_survey(matrix, dataset, read) for dataset in (matrix.datasets() if datasets is None else datasets)]


def problems(surveys: Iterable[DataSurvey]) -> list[str]:
    """Return what is wrong with any of the data sets, each once: some may use the same prepared signals."""
    return list(dict.fromkeys(problem for each in surveys for problem in each.problems))


def _survey(matrix: Matrix, dataset: str, read: Callable[[str], Recordings]) -> DataSurvey:
    store = matrix.store(dataset)
    try:
        recordings = read(store)
    except InputError as error:
        return DataSurvey(dataset, tuple(_placed(f"datasets.{store}.source", error)), ())
    try:
        unlabelled = list(_unlabelled(matrix, store, recordings))
    except InputError as error:
        return DataSurvey(dataset, tuple(_placed(f"datasets.{store}.unlabelled", error)), ())
    splits, mistakes = _splits(matrix, dataset, recordings)
    known = recordings.train.signal_shape, recordings.sample_rate_hz
    mistakes += [f"datasets.{dataset}.{line}" for line in matrix.dataset(dataset).test_conditions.misfits(*known)]
    lines = [
        f"{len(recordings.class_names)} classes, {_size(recordings.train.signal_shape)}",
        *unlabelled,
        *shared_groups(recordings.notes),
        *_counts(recordings, splits),
    ]
    return DataSurvey(dataset, tuple(dict.fromkeys(mistakes)), tuple(dict.fromkeys(lines)), *known)


def _size(shape: tuple[int, ...]) -> str:
    *size, channels = shape
    if len(size) == 1:
        return f"signals of {size[0]} samples and {channels} channels"
    return f"images of {' x '.join(map(str, size))} pixels and {channels} channels"


def _recordings(matrix: Matrix, dataset: str) -> Recordings:
    """Return what the source tells without reading signals: by its function `survey`, or else by `build`."""
    survey, parameters = _survey_of("sources", prepared_source(matrix.dataset(dataset)))
    found = survey(**parameters) if survey.__name__ == "survey" else survey(None, **parameters)
    recordings = one_length(masked(found, matrix.dataset(dataset).mask), matrix.dataset(dataset).length)
    checked_counts(recordings)
    return recordings


def _unlabelled(matrix: Matrix, dataset: str, recordings: Recordings) -> Iterator[str]:
    """Yield how many unlabelled signals there are, none where there are none; InputError where they do not fit."""
    settings = matrix.dataset(dataset)
    if settings.unlabelled is not None:
        survey, parameters = _survey_of("unlabelled", settings.unlabelled)
        shape = recordings.train.signal_shape
        part = survey(Labelled(shape, recordings.notes), **parameters).part
        yield f"{len(fitted('unlabelled', part, shape, settings.length).labels)} unlabelled signals"


def _survey_of(family: str, source: Mapping[str, Any]) -> tuple[Callable[..., Any], dict[str, Any]]:
    """Return the function that tells what a source holds, `survey` or else `build`, and the source's parameters."""
    parameters = dict(source)
    module = importlib.import_module(registry.module_name(family, name := parameters.pop("name")))
    functions = [node.name for node in registry.syntax_tree(family, name).body if isinstance(node, ast.FunctionDef)]
    return getattr(module, "survey" if "survey" in functions else "build"), parameters


def _placed(where: str, error: InputError) -> Iterator[str]:
    """Yield the lines of an error, each with its place; a continued line begins with a space."""
    for line in str(error).splitlines():
        if line.startswith(WHERE):
            where = where.removesuffix(".source")
        joint = "." if line.startswith(("split.", WHERE)) else ": "
        yield line if line.startswith(" ") else f"{where}{joint}{line}"


def _splits(matrix: Matrix, dataset: str, recordings: Recordings) -> tuple[dict[tuple[str, int], Split], list[str]]:
    """Return (ratio, split seed) -> split, and what cannot be split."""
    splits: dict[tuple[str, int], Split] = {}
    mistakes: list[str] = []
    pairs = ((cell.ir, split_seed(cell.seed)) for cell in matrix.cells() if cell.dataset == dataset)
    for ir, seed in dict.fromkeys(pairs):
        try:
            splits[ir, seed] = make_domain_split(
                recordings.train.labels,
                len(recordings.class_names),
                imbalance_ratio=ratio_value(ir),
                seed=seed,
                fingerprints={},
                num_validation=recordings.num_validation,
                groups=recordings.groups,
                class_names=recordings.class_names,
                data_notes=recordings.notes,
                **matrix.dataset(dataset).split.arguments(),
            )
        except InputError as error:
            mistakes += _placed(f"datasets.{dataset}", error)
    return splits, mistakes


def _counts(recordings: Recordings, splits: dict[tuple[str, int], Split]) -> Iterator[str]:
    """Yield the signals per class for each ratio under its first seed, and warnings, some of them more than once."""
    test = np.bincount(recordings.test.labels, minlength=len(recordings.class_names))
    first: dict[str, tuple[int, Split]] = {}
    for (ir, seed), split in splits.items():
        first.setdefault(ir, (seed, split))
    for ir, (seed, split) in first.items():
        counts = {"training": split.class_counts, "validation": split.val_counts, "test": test}
        sizes, *warnings = part_counts(recordings.class_names, counts)
        yield f"Ratio {ir}, seed {seed}: {sizes[0].lower()}{sizes[1:]}"
        yield from warnings
    yield from (f"Warning: {note}." for split in splits.values() for note in split.notes)
