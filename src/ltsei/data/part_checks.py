"""What the parts of a source must be before they are stored: one shape, labels 0...C-1, finite signals."""

from collections.abc import Iterator

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.recordings import Part, Recordings

DTYPE = np.dtype("<f4")
"""The type of stored signals."""


def checked_counts(recordings: Recordings) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return signals per class of training and test part; InputError where shapes or labels cannot be used."""
    shape, other = recordings.train.signal_shape, recordings.test.signal_shape
    if shape != other or len(shape) < 2 or min(shape) < 1:
        raise InputError(f"train and test: got signal shapes {shape} and {other}, expected the same (*shape, channels)")
    names = recordings.class_names
    if len(set(names)) < len(names):
        raise InputError(f"class names: got {names}, expected a different name for each class")
    train = _class_counts("train", recordings.train.labels, len(names))
    num_train = len(recordings.train.labels) - recordings.num_validation
    if not 0 < num_train <= len(recordings.train.labels):
        given = f"{recordings.num_validation} of {len(recordings.train.labels)} signals"
        raise InputError(f"train: got {given} for validation, expected 0 or more, with some left for training")
    counts = _class_counts("train", recordings.train.labels[:num_train], len(names))
    if 0 in counts:
        raise InputError(f"train: class {names[counts.index(0)]!r} has no signals; labels must be 0...C-1 without gaps")
    return train, _class_counts("test", recordings.test.labels, len(names))


def _class_counts(part: str, labels: np.ndarray, num_classes: int) -> tuple[int, ...]:
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise InputError(f"{part}: got labels {labels.dtype} of shape {labels.shape}, expected integers of shape (N,)")
    if len(labels) == 0:
        raise InputError(f"{part}: no signals, expected at least one")
    if labels.min() < 0 or labels.max() >= num_classes:
        got = f"{labels.min()} to {labels.max()}"
        raise InputError(f"{part}: got labels from {got}, expected 0 to {num_classes - 1} (the class names)")
    return tuple(np.bincount(labels, minlength=num_classes).tolist())


def checked_chunks(name: str, part: Part) -> Iterator[np.ndarray]:
    """Yield the chunks as float32; after the last one, InputError where signals are invalid, missing or too many."""
    seen, invalid = 0, []
    for chunk in part.chunks():
        if chunk.shape[1:] != part.signal_shape:
            raise InputError(f"{name}: signal {seen} has shape {chunk.shape[1:]}, expected {part.signal_shape}")
        values = np.ascontiguousarray(chunk, dtype=DTYPE)
        finite = np.isfinite(values).reshape(len(values), -1).all(axis=1)
        invalid.extend((seen + np.flatnonzero(~finite)).tolist())
        seen += len(values)
        yield values
    if invalid:
        which = f"{len(invalid)} of {seen} signals hold NaN or infinity, the first is signal {invalid[0]}"
        raise InputError(f"{name}: {which}; fix or remove them in the source")
    if seen != len(part.labels):
        raise InputError(f"{name}: {seen} signals for {len(part.labels)} labels, expected one label per signal")
