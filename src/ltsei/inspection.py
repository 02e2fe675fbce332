"""What `python -m ltsei inspect FILE` prints: the arrays of a file and how the data source `files` reads them."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from ltsei import components
from ltsei.datasets import files
from ltsei.datasets._array import Array
from ltsei.datasets._containers import open_container
from ltsei.datasets._source import Reading, Source, open_source
from ltsei.errors import InputError

SAMPLE_BYTES = 2**20
"""How much of an array is read for its range of values."""


def describe(path: str | Path, **settings: Any) -> str:
    """Return a report in lines: arrays, reading, classes, and the YAML lines to paste.

    What cannot be read unambiguously is explained in the same place, with the setting to add.

    Args:
        path: a file of signals.
        settings: parameters of the data source `files` (without `train`).

    Raises:
        InputError: the file is missing or damaged, or a setting does not exist.
    """
    given = {"name": "files", "train": str(path), **settings}
    resolved = components.resolve("datasets", given, where="inspect")
    lines = [f"{path}", *_table(open_container(path)), ""]
    try:
        reading = Reading(**{name: resolved[name] for name in Reading.__dataclass_fields__})
        source = open_source(str(path), resolved["train_labels"], "train", reading)
        lines += _sentences(source, resolved)
    except InputError as error:
        return "\n".join([*lines, f"Not readable as it is: {error}."])
    return "\n".join([*lines, "", *_yaml(Path(path), given, resolved, source)])


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
    invalid = start.size - int(np.isfinite(start).sum())
    return f"{start.min():g} to {start.max():g}{part}" + (f", {invalid} not finite" if invalid else "")


def _sentences(source: Source, settings: dict[str, Any]) -> list[str]:
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
        "Most: " + ", ".join(f"{name} ({number})" for name, number in ordered[:5]) + ".",
        "Fewest: " + ", ".join(f"{name} ({number})" for name, number in ordered[-5:]) + ".",
        *unknown_rate,
    ]


def _yaml(path: Path, given: dict[str, Any], resolved: dict[str, Any], source: Source) -> list[str]:
    """Return the data set's lines for the configuration; where no test part is given, with a proposal."""
    lines = dict(given)
    if resolved["train_labels"] is None and source.labels_path != source.path:
        lines["train_labels"] = str(source.labels_path)
    proposed = resolved["test"] is None and resolved["holdout"] is None and not files.has_test_signals(source)
    if proposed:
        beside = [re.sub("(?i)train", word, path.name) for word in ("test", "Test", "val", "Val")]
        found = [path.with_name(name) for name in beside if name != path.name and path.with_name(name).is_file()]
        lines |= {"test": str(found[0])} if found else {"holdout": 0.3}
    return [
        "For the configuration" + (" (the test part is a proposal):" if proposed else ":"),
        f"  {re.sub(r'[^A-Za-z0-9]+', '_', path.stem).strip('_').lower()}:",
        "    source:",
        *(f"      {key}: {_scalar(value)}" for key, value in lines.items()),
    ]


def _scalar(value: Any) -> str:
    """Return a YAML scalar which reads back as `value`."""
    return yaml.safe_dump(value, default_flow_style=True, width=10**6).removesuffix("...\n").strip()
