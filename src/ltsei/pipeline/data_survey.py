"""What the data sets of a matrix hold, and everything wrong with them, before any job: headers and labels are read."""

import ast
import functools
import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from ltsei.core import registry
from ltsei.core.errors import InputError
from ltsei.core.run_seeds import split_seed
from ltsei.data.domain_split import make_domain_split
from ltsei.data.message_mask import masked
from ltsei.data.one_length import one_length
from ltsei.data.part_checks import checked_counts
from ltsei.data.part_counts import part_counts, shared_groups
from ltsei.data.recordings import Recordings
from ltsei.data.split import Split
from ltsei.pipeline.matrix import Matrix, ratio_value


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
    splits, mistakes = _splits(matrix, dataset, recordings)
    length, *_, channels = recordings.train.signal_shape
    size = f"{len(recordings.class_names)} classes, signals of {length} samples and {channels} channels"
    lines = [size, *shared_groups(recordings.notes), *_counts(recordings, splits)]
    known = recordings.train.signal_shape, recordings.sample_rate_hz
    return DataSurvey(dataset, tuple(dict.fromkeys(mistakes)), tuple(dict.fromkeys(lines)), *known)


def _recordings(matrix: Matrix, dataset: str) -> Recordings:
    """Return what the source tells without reading signals: by its function `survey`, or else by `build`."""
    parameters = dict(matrix.dataset(dataset).source)
    name = parameters.pop("name")
    module = importlib.import_module(registry.module_name("sources", name))
    functions = [node.name for node in registry.syntax_tree("sources", name).body if isinstance(node, ast.FunctionDef)]
    found = module.survey(**parameters) if "survey" in functions else module.build(None, **parameters)
    recordings = one_length(masked(found, matrix.dataset(dataset).mask), matrix.dataset(dataset).length)
    checked_counts(recordings)
    return recordings


def _placed(where: str, error: InputError) -> Iterator[str]:
    """Yield the lines of an error, each with its place; a continued line begins with a space."""
    for line in str(error).splitlines():
        joint = "." if line.startswith("split.") else ": "
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
