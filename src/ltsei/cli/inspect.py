"""What `python -m ltsei inspect FILE` prints: the arrays of a file and how the data source `files` reads them."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import numpy as np

from ltsei.components.sources import files
from ltsei.core import registry
from ltsei.core.annotations import number_hint
from ltsei.core.errors import InputError
from ltsei.data.readers.array import Array
from ltsei.data.readers.containers import open_container
from ltsei.data.readers.holdout import likely_keys
from ltsei.data.readers.keys import has_test_signals
from ltsei.data.readers.recording_file import Reading, RecordingFile, open_recording_file, scalar

SAMPLE_BYTES = 2**20
"""How much of an array is read for its range of values."""
TRIED_BYTES = 4 * 2**30
"""Up to this size files are read as a whole, as they will be when they are prepared."""
LISTED = 10
"""How many classes are listed."""
KINDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def describe(path: str | Path, **settings: Any) -> str:
    """Return a report in lines: arrays, reading, classes, parts, and the YAML lines to paste.

    What cannot be read, or in several ways, is explained in the same place, with the setting to add. The source
    has been built from the YAML lines (unless the files are larger than `TRIED_BYTES`).

    Args:
        path: a file of signals.
        settings: parameters of the data source `files` (without `train`).

    Raises:
        InputError: the file is missing or damaged, or a setting does not exist or is of the wrong type.
    """
    _check(settings)
    given = {"name": "files", "train": str(path), **settings}
    resolved = registry.resolve("sources", given, where="inspect")
    lines = [f"{path}", *_table(open_container(path)), ""]
    try:
        reading = Reading(**{name: resolved[name] for name in Reading.__dataclass_fields__})
        source = open_recording_file(str(path), resolved["train_labels"], "train", reading)
        lines += _sentences(source, resolved)
        proposed = _test_part(Path(path), resolved, source)
        told, needed = _try_out(given | proposed, source)
    except InputError as error:
        return "\n".join([*lines, f"Not usable as it is: {error}", ""])
    leak, comments = _leak(given | proposed, source)
    return "\n".join([*lines, *told, *leak, "", *_yaml(given, proposed | needed, source), *comments, ""])


def _check(settings: Mapping[str, Any]) -> None:
    """Raise InputError where a setting is unknown or of the wrong type."""
    for key, value in settings.items():
        try:
            registry.resolve("sources", {"name": "files", "train": "", key: value}, where="inspect")
        except InputError as error:
            if key not in registry.parameters("sources", "files"):
                raise
            expected = _in_words(get_type_hints(files.build)[key]) + number_hint(value)
            raise InputError(f"inspect: {key}: got {value!r}, expected {expected}") from error


def _in_words(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(get_args(kind))
    return " or ".join(KINDS[choice] for choice in get_args(kind) or (kind,) if choice is not NoneType)


def _table(arrays: Sequence[Array]) -> list[str]:
    rows = [("key", "shape", "type", "values")]
    for array in arrays:
        kind = "text" if array.dtype.kind in "USO" and array.problem is None else str(array.dtype)
        shape = " x ".join(map(str, array.shape)) or "scalar"
        rows.append((array.key or "(no key)", shape, kind if array.problem is None else "-", _values(array)))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return ["  " + "  ".join([*map(str.ljust, row[:3], widths), row[3]]).rstrip() for row in rows]


def _values(array: Array) -> str:
    """Return the values of a short text or scalar, else the range at the start of the array."""
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
    part = "" if rows >= array.shape[0] else f" (first {rows} of axis 0)"
    finite = start[np.isfinite(start)]
    invalid = f", {start.size - finite.size} not finite" if finite.size < start.size else ""
    number = "d" if finite.dtype.kind in "iu" else "g"
    return (f"{finite.min():{number}} to {finite.max():{number}}" if finite.size else "no number") + part + invalid


def _sentences(source: RecordingFile, settings: dict[str, Any]) -> list[str]:
    length, channels = source.signal_shape
    classes = files.class_map(source, None, settings["class_names_key"])
    rate = files.sample_rate(source, settings["sample_rate_hz"])
    counts = {name: int((source.labels == value).sum()) for name, value in classes.items()}
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    keys = " and ".join(array.key or "the array" for array in source.signals)
    labels = source.labels_key or source.labels_path.name
    duration = "" if rate is None else f", {1e3 * length / rate:.4g} ms at {rate:.9g} Hz"
    unknown_rate = ["The sampling rate is unknown: set sample_rate_hz if you know it."] if rate is None else []
    return [
        f"Signals: {keys}, read as {source.layout.name}: {len(source.labels)} signals of {length} samples "
        f"and {channels} channel{'' if channels == 1 else 's'}{duration}.",
        f"Labels: {labels}, {len(classes)} classes; signals per class from {ordered[0][1]} to {ordered[-1][1]} "
        f"(imbalance ratio {ordered[0][1] / ordered[-1][1]:.4g}).",
        *_class_sizes([f"{name} ({number})" for name, number in ordered]),
        *unknown_rate,
    ]


def _class_sizes(sizes: Sequence[str]) -> list[str]:
    if len(sizes) <= LISTED:
        return [f"Classes: {', '.join(sizes)}."]
    half = LISTED // 2
    return [f"Most: {', '.join(sizes[:half])}.", f"Fewest: {', '.join(sizes[-half:])}."]


def _test_part(path: Path, resolved: Mapping[str, Any], source: RecordingFile) -> dict[str, Any]:
    """Return a proposal where no test part is given: a file beside the training file, else a holdout."""
    has_key = resolved["group_key"] is not None or resolved["order_key"] is not None
    if resolved["test"] is not None or resolved["holdout"] is not None:
        return {}
    if has_test_signals(source.arrays) and not has_key:
        return {}
    beside = [path.with_name(re.sub("(?i)train", word, path.name)) for word in ("test", "Test", "val", "Val")]
    taken = {path, Path(resolved["val"] or path)}
    found = [str(file) for file in beside if file not in taken and file.is_file() and not has_key]
    return {"test": found[0]} if found else {"holdout": 0.3}


def _try_out(settings: Mapping[str, Any], source: RecordingFile) -> tuple[list[str], dict[str, Any]]:
    """Return sentences on the parts which the source makes of `settings`, and the settings it needs besides."""
    others = {str(settings.get(key) or source.path) for key in ("test", "val")}
    paths = {str(source.path), str(source.labels_path), *others}
    if sum(Path(path).stat().st_size for path in paths if Path(path).is_file()) > TRIED_BYTES:
        return [f"The files have more than {TRIED_BYTES / 2**30:g} GiB: the lines below have not been tried out."], {}
    parameters = {key: value for key, value in settings.items() if key != "name"}
    recordings = files.build(None, **{**parameters, "drop_invalid": True, "drop_unknown": True})
    absent = recordings.notes["absent_from_test"]
    listed = ", ".join(absent[:LISTED]) + (", ..." if len(absent) > LISTED else "")
    validation = recordings.num_validation
    training = f"{len(recordings.train.labels) - validation} training"
    given = f", {validation} validation" if validation else ""
    parts = f"Parts: {training}{given} and {len(recordings.test.labels)} test signals"
    lines = [parts + (f"; classes without test signals: {listed}." if absent else ".")]
    invalid = sum(recordings.notes["invalid_signals"])
    unknown = sum(recordings.notes["dropped_signals"]) - invalid
    if invalid:
        lines.append(f"Signals with NaN, infinity or values beyond float32: {invalid}; drop_invalid leaves them out.")
    if unknown:
        lines.append(f"Other signals of classes which training lacks: {unknown}; drop_unknown leaves them out.")
    numbers = {"drop_invalid": invalid, "drop_unknown": unknown}
    return lines, {key: True for key, number in numbers.items() if number and not settings.get(key)}


def _leak(settings: Mapping[str, Any], source: RecordingFile) -> tuple[list[str], list[str]]:
    """Return the warning of a random holdout, and as comments of the YAML lines what could make it another one."""
    if not settings.get("holdout") or settings.get("group_key") or settings.get("order_key"):
        return [], []
    warning = "The test part is drawn at random: a recording or session in both parts makes a test look too good."
    keys = likely_keys(source)
    listed = ", ".join(
        f"{key} ({len(source.labels)} values, {different} different) could be {' or '.join(served)}"
        for key, (different, served) in keys.items()
    )
    instead = [f"To hold out whole groups or the last signals instead: {listed}."] if keys else []
    return [warning, *instead], [f"      # {served[0]}: {scalar(key)}" for key, (_, served) in keys.items()]


def _yaml(given: Mapping[str, Any], proposed: Mapping[str, Any], source: RecordingFile) -> list[str]:
    """Return the data set's lines for the configuration."""
    labels = {} if source.labels_path == source.path else {"train_labels": str(source.labels_path)}
    lines = {"name": given["name"], "train": given["train"], **labels, **given, **proposed}
    return [
        "For the configuration" + (f" (proposed: {', '.join(proposed)}):" if proposed else ":"),
        f"  {re.sub(r'[^A-Za-z0-9]+', '_', source.path.stem).strip('_').lower()}:",
        "    source:",
        *(f"      {key}: {scalar(value)}" for key, value in lines.items()),
        *(["    split: {validation: given}"] if lines.get("val") else []),
    ]
