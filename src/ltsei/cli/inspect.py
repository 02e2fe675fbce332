"""`ltsei inspect FILE`: the arrays of a file, how the data source `files` reads them, and the YAML lines to paste."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.cli import inspect_layouts, inspect_messages, inspect_recordings
from ltsei.cli.inspect_trial import LISTED, trial
from ltsei.cli.inspect_yaml import UNUSABLE, entry
from ltsei.core import registry
from ltsei.core.errors import InputError
from ltsei.data.readers import metadata
from ltsei.data.readers.array import Array
from ltsei.data.readers.class_files import class_paths
from ltsei.data.readers.holdout_keys import suggested_keys
from ltsei.data.readers.keys import has_test_signals
from ltsei.data.readers.open_arrays import open_arrays
from ltsei.data.readers.open_signal_file import ReaderSettings, open_signal_file, yaml_scalar
from ltsei.data.readers.signal_file import SignalFile

TEXTS = ("pattern",)
"""Settings whose value is text although it looks like a mapping, such as ``{label}_{run}``."""
SAMPLE_BYTES = 2**20
"""How much of an array is read for its range of values."""


def describe(path: str | Path, **settings: Any) -> str:
    """Return a report in lines: arrays, reading, classes, parts, and the YAML lines to paste.

    Where the file cannot be read, or can be read in several ways, the report says why and which setting to add. The
    YAML lines have been tried out: the source has been built from them, unless the files are too large.

    Args:
        path: a file of signals, or a pattern of files, one for each class; or long recordings, of which
            `inspect_messages` or `inspect_recordings` reports.
        settings: parameters of the data source `files` (without `train`), or of `recordings` (without `files`).

    Raises:
        InputError: the file is missing or damaged, or a setting is unknown, of the wrong type or out of range.
    """
    if inspect_recordings.is_recordings(str(path)):
        if messages := inspect_messages.describe(str(path), **settings):
            return messages
        return inspect_recordings.describe(str(path), **settings)
    given = {"name": "files", "train": str(path), **settings}
    resolved = registry.resolve("sources", given, where="inspect")
    lines = [f"{path}", *_tables(str(path)), ""]
    try:
        usual = inspect_layouts.reading(str(path), resolved)
        lines += usual.lines
        resolved |= usual.settings
        reader = ReaderSettings(**{field.name: resolved[field.name] for field in fields(ReaderSettings)})
        training = open_signal_file(str(path), resolved["train_labels"], "train", reader)
        lines += _content(training, resolved)
        division = inspect_layouts.division(training, resolved)
        lines += division.lines
        proposed = usual.settings | division.settings
        proposed |= _proposed_test_part(Path(path), resolved | proposed, training)
        result = trial(given | proposed)
    except InputError as error:
        return "\n".join([*lines, f"{UNUSABLE}: {error}", ""])
    warning, comments = _leakage(given | proposed, training)
    yaml = _yaml(given, proposed | result.needed, training, comments, result.length)
    return "\n".join([*lines, *result.lines, *warning, "", *yaml, ""])


def _tables(files: str) -> list[str]:
    """Return the table of a file, or of each file that a pattern stands for, up to `LISTED`."""
    paths = class_paths(files)
    if paths is None:
        return _table(open_arrays(files))
    shown = list(paths.values())[:LISTED]
    more = [f"  ... ({len(paths)} files)"] if len(paths) > LISTED else []
    return [*(line for path in shown for line in (f"  {path}", *_table(open_arrays(path)))), *more]


def _table(arrays: Sequence[Array]) -> list[str]:
    rows = [("key", "shape", "type", "values")]
    for array in arrays:
        kind = "text" if array.dtype.kind in "USO" and array.problem is None else str(array.dtype)
        shape = " x ".join(map(str, array.shape)) or "scalar"
        rows.append((array.key or "(no key)", shape, kind if array.problem is None else "-", _values(array)))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return ["  " + "  ".join([*map(str.ljust, row[:3], widths), row[3]]).rstrip() for row in rows]


def _values(array: Array) -> str:
    """Return a scalar, the first texts, or the range of the numbers at the start of an array."""
    if array.problem is not None or 0 in array.shape:
        return array.problem or "empty"
    if not array.shape:
        return str(array.read())
    rows = max(1, SAMPLE_BYTES * array.shape[0] // max(1, int(np.prod(array.shape)) * array.dtype.itemsize))
    start = next(iter(array.blocks(0, [(0, rows)])))
    if start.dtype.kind in "US":
        return ", ".join(map(str, start.ravel()[:5])) + (", ..." if start.size > 5 else "")
    if start.dtype.kind not in "biuf":
        return "complex numbers" if array.is_complex else ""
    where = "" if rows >= array.shape[0] else f" (first {rows} of axis 0)"
    finite = start[np.isfinite(start)]
    invalid = f", {start.size - finite.size} not finite" if finite.size < start.size else ""
    number = "d" if finite.dtype.kind in "iu" else "g"
    span = f"{finite.min():{number}} to {finite.max():{number}}" if finite.size else "no finite number"
    return span + where + invalid


def _content(training: SignalFile, settings: Mapping[str, Any]) -> list[str]:
    """Return sentences on the signals, the labels and the classes of the training file."""
    length, channels = training.signal_shape
    classes = metadata.class_map(training, None, settings["class_names_key"])
    rate = metadata.sample_rate(training, settings["sample_rate_hz"])
    counts = {name: int((training.labels == label).sum()) for name, label in classes.items()}
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    largest, smallest = ordered[0][1], ordered[-1][1]
    keys = " and ".join(array.key or "the array" for array in training.signals)
    labels = training.labels_key or training.labels_path.name
    labels = "one class per file or key" if len(training.pieces) > len(training.signals) else labels
    duration = "" if rate is None else f" ({1e3 * length / rate:.4g} ms at {rate:.9g} Hz)"
    unknown_rate = ["The sampling rate is unknown; set sample_rate_hz if you know it."] if rate is None else []
    size = f"{length} samples{duration} and {channels} channel{'' if channels == 1 else 's'}"
    return [
        f"Signals: {keys}, layout {training.layout.name}: {len(training.labels)} signals of {size}.",
        f"Labels: {labels}, {len(classes)} classes of {smallest} to {largest} signals "
        f"(imbalance ratio {largest / smallest:.4g}).",
        *_class_sizes([f"{name} ({number})" for name, number in ordered]),
        *unknown_rate,
    ]


def _class_sizes(sizes: Sequence[str]) -> list[str]:
    if len(sizes) <= LISTED:
        return [f"Classes: {', '.join(sizes)}."]
    half = LISTED // 2
    return [f"Largest classes: {', '.join(sizes[:half])}.", f"Smallest classes: {', '.join(sizes[-half:])}."]


def _proposed_test_part(path: Path, settings: Mapping[str, Any], training: SignalFile) -> dict[str, Any]:
    """Return a proposal where no test part is given: a file beside the training file, else a holdout."""
    has_key = settings["group_key"] is not None or settings["order_key"] is not None
    if settings["test_values"] or any(settings[name] is not None for name in ("test", "holdout", "fold")):
        return {}
    if has_test_signals(training.arrays) and not has_key:
        return {}
    if class_paths(str(path)) is not None:
        return {"holdout": 0.3}
    beside = [path.with_name(re.sub("(?i)train", word, path.name)) for word in ("test", "Test", "val", "Val")]
    taken = {path, Path(settings["val"] or path)}
    free = [str(file) for file in beside if file not in taken and file.is_file() and not has_key]
    return {"test": free[0]} if free else {"holdout": 0.3}


def _leakage(settings: Mapping[str, Any], training: SignalFile) -> tuple[list[str], list[str]]:
    """Return warnings about parts drawn at random, and the keys that could replace that as comments in the YAML."""
    if settings.get("group_key") or settings.get("order_key") or settings.get("test_values"):
        return [], []
    keys = suggested_keys(training)
    part = "test" if settings.get("holdout") else "validation"
    if part == "validation":
        keys = {
            key: replace(each, settings=("group_key",)) for key, each in keys.items() if "group_key" in each.settings
        }
        if not keys or settings.get("val"):
            return [], []
    warning = (
        f"Warning: the {part} part is drawn at random. Results look too good if signals of one recording or session "
        "are in both parts."
    )
    listed = ", ".join(f"{key} ({each.different} values) as {' or '.join(each.settings)}" for key, each in keys.items())
    instead = [f"Keys that could hold out whole groups or the latest signals instead: {listed}."] if keys else []
    return [warning, *instead], [f"      # {each.settings[0]}: {yaml_scalar(key)}" for key, each in keys.items()]


def _yaml(
    given: Mapping[str, Any],
    proposed: Mapping[str, Any],
    training: SignalFile,
    comments: Sequence[str],
    length: int | None,
) -> list[str]:
    """Return the lines of the data set for the configuration.

    Args:
        given: settings of the source.
        proposed: further ones.
        training: the file of the training signals.
        comments: lines below the settings of the source.
        length: of the data set, if its parts need it.
    """
    is_apart = training.labels_path not in (training.path, *(piece.path for piece in training.pieces))
    labels = {"train_labels": str(training.labels_path)} if is_apart else {}
    lines = {"name": given["name"], "train": given["train"], **labels, **given, **proposed}
    return entry(
        training.path, lines, list(proposed), comments=comments, is_given=bool(lines.get("val")), length=length
    )
