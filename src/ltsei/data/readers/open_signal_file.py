"""From the path of a file to its signals and labels: which arrays, which axes; ambiguity is an error with a way out."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers import keys, layout
from ltsei.data.readers.array import Array, loaded_array
from ltsei.data.readers.class_files import Files, arrays_by_key, class_paths, joined, other_arrays, shown_path
from ltsei.data.readers.file_errors import AmbiguityError
from ltsei.data.readers.joined_arrays import LABELS_KEY, SIGNALS_KEY, is_pattern, joined_by_key
from ltsei.data.readers.label_files import refuse_labels, required_label_file
from ltsei.data.readers.labels import label_vector
from ltsei.data.readers.open_arrays import open_arrays
from ltsei.data.readers.signal_file import SignalFile


@dataclass(frozen=True)
class ReaderSettings:
    """How files are to be read; None and ``auto`` leave it to the files (parameters of `components.sources.files`)."""

    x_key: str | None = None
    y_key: str | None = None
    i_key: str | None = None
    q_key: str | None = None
    layout: str = "auto"
    expected_length: int | None = None
    classes_from_keys: bool = False


def open_signal_file(
    files: Files, labels_path: str | None, part: keys.PartName, settings: ReaderSettings
) -> SignalFile:
    """Return the signals (unread) and labels of a part; InputError says what is ambiguous and how to resolve it."""
    try:
        paths = class_paths(files)
        if paths is None and not settings.classes_from_keys:
            return _open(str(files), labels_path, part, settings)
        if labels_path is not None:
            raise InputError(f"{shown_path(files)}: classes are named by files or keys; remove {part}_labels")
        return _open_classes(files, paths, part, settings)
    except AmbiguityError as error:
        given = {"train_labels": labels_path, **asdict(settings)}
        wanted = {key: value for key, value in given.items() if value not in (None, "auto", False)} | error.example
        arguments = [f"{key}={yaml_scalar(value)}" for key, value in wanted.items()]
        command = shlex.join(["ltsei", "inspect", files, *arguments]) if isinstance(files, str) else ""
        trial = f"; to try it:\n  {command}" if error.example and command else ""
        raise InputError(f"{error} under `source` in the configuration{trial}") from error


def yaml_scalar(value: Any) -> str:
    """Return the YAML scalar that reads back as `value`."""
    import yaml  # here, because a source is also imported to plan a run, where speed counts

    return yaml.safe_dump(value, default_flow_style=True, width=10**6).removesuffix("...\n").strip()


def _open(path: str, labels_path: str | None, part: keys.PartName, settings: ReaderSettings) -> SignalFile:
    signals_file = Path(path)
    if labels_path is None:
        refuse_labels(signals_file)
    arrays = open_arrays(signals_file)
    if settings.x_key is not None and is_pattern(settings.x_key):
        arrays = joined_by_key(arrays, settings.x_key, settings.y_key)
        settings = replace(settings, x_key=SIGNALS_KEY, y_key=LABELS_KEY)
    signals = _signal_arrays(arrays, part, settings)
    labels_file = required_label_file(signals_file, labels_path)
    label_arrays = arrays if labels_file == signals_file else open_arrays(labels_file)
    label_array = keys.label_array(label_arrays, settings.y_key, part, signals)
    try:
        labels = label_vector(label_array.read())
    except InputError as error:
        raise InputError(f"{labels_file}: {label_array}: {error}") from error
    return SignalFile(
        path=signals_file,
        labels_path=labels_file,
        arrays=(*arrays, *(label_arrays if label_arrays is not arrays else ())),
        signals=signals,
        labels_key=label_array.key,
        layout=_layout(signals, labels, label_array, settings),
        labels=labels,
        selected=np.arange(len(labels), dtype=np.int64),
    )


def _open_classes(
    files: Files, paths: Mapping[str, str] | None, part: keys.PartName, settings: ReaderSettings
) -> SignalFile:
    """Return the signals of one file per class, or of one array per class in a file; labels are the class names."""
    shown = shown_path(files)
    if paths is None:
        of_file = open_arrays(shown)
        signals, opened = arrays_by_key(shown, of_file), [of_file]
    else:
        opened = [open_arrays(path) for path in paths.values()]
        signals = {name: _signal_arrays(arrays, part, settings) for name, arrays in zip(paths, opened, strict=True)}
    columns, labels, numbers = joined(signals, settings.layout)
    arrays = (*columns, *other_arrays(opened, numbers))
    label_array = loaded_array(shown, "classes", labels)
    return SignalFile(
        path=shown,
        labels_path=columns[0].path,
        arrays=arrays,
        signals=columns,
        labels_key="",
        layout=_layout(columns, labels, label_array, settings),
        labels=labels,
        selected=np.arange(len(labels), dtype=np.int64),
    )


def _signal_arrays(arrays: Sequence[Array], part: keys.PartName, settings: ReaderSettings) -> tuple[Array, ...]:
    """Return the array of signals, or those of I and of Q; InputError where they are not numeric or differ in shape."""
    i_key, q_key = settings.i_key, settings.q_key
    if i_key is None and q_key is None:
        signals = keys.signal_arrays(arrays, settings.x_key, part)
    elif i_key is None or q_key is None or settings.x_key is not None:
        raise InputError(f"{arrays[0].path}: i_key and q_key name two arrays; set both of them, without x_key")
    else:
        signals = (keys.named(arrays, i_key, "i_key"), keys.named(arrays, q_key, "q_key"))
    for array in signals:
        if not array.is_numeric:
            raise InputError(f"{array.path}: {array} cannot hold the signals: expected a plain array of numbers")
    if len({array.shape for array in signals}) > 1 or (len(signals) > 1 and any(array.is_complex for array in signals)):
        raise InputError(f"{signals[0].path}: I and Q must be real and of one shape, got {keys.listing(signals)}")
    return signals


def _layout(
    signals: Sequence[Array], labels: np.ndarray, label_array: Array, settings: ReaderSettings
) -> layout.Layout:
    """Return the layout of the signals; errors name the file and both arrays."""
    array = signals[0]
    where = f"{array.path}: {array}, labels {label_array}"
    try:
        return layout.decide(
            array.shape,
            scalar=len(signals) == 1 and not array.is_complex,
            num_signals=len(labels),
            layout=settings.layout,
            expected_length=settings.expected_length,
            channels=2 if array.is_complex else 1,
        )
    except AmbiguityError as error:
        raise AmbiguityError(f"{where}: {error}", **error.example) from error
    except InputError as error:
        raise InputError(f"{where}: {error}") from error
