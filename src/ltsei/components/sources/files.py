"""Recorded signals from .npy, .npz, .mat (version 5 and 7.3) and .h5/.hdf5 files, as they were downloaded.

Axes, keys, labels and sampling rate are found where only one reading is possible; otherwise the error lists
what the file holds and names the setting that decides. Integers become float32 as they are, except uint8, which
is taken as offset binary (minus 127.5); complex numbers become two channels. `python -m ltsei inspect FILE`
shows how a file would be read.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers import keys, labels, parts
from ltsei.data.readers.holdout import Holdout, checked_holdout
from ltsei.data.readers.keys import Role, has_test_signals
from ltsei.data.readers.recording_file import Reading, RecordingFile, finite_only, open_recording_file
from ltsei.data.store import Recordings

PATHS = ["train", "train_labels", "test", "test_labels", "val", "val_labels"]


def build(
    context: object,
    *,
    train: str,
    train_labels: str | None = None,
    test: str | None = None,
    test_labels: str | None = None,
    val: str | None = None,
    val_labels: str | None = None,
    x_key: str | None = None,
    y_key: str | None = None,
    i_key: str | None = None,
    q_key: str | None = None,
    layout: Literal["auto", "NLC", "NCL", "LNC", "LCN", "CNL", "CLN", "NL", "LN", "concatenated"] = "auto",
    expected_length: int | None = None,
    class_names_key: str | None = None,
    sample_rate_hz: float | None = None,
    drop_invalid: bool = False,
    drop_unknown: bool = False,
    holdout: float | None = None,
    group_key: str | None = None,
    order_key: str | None = None,
    seed: int = 0,
) -> Recordings:
    """Return the recordings of a training file and either a test file or a held-out part of the training file.

    The signals of a validation file, if there is one, become the last ones of the training part.

    Labels may be (N,), (N, 1), (1, N), one-hot, whole-number floats or text, counted from anything: the sorted
    values of the training part become 0...C-1 and their text the class names. A class without test signals is
    allowed and noted as ``absent_from_test``.

    Args:
        context: not used.
        train: file of the training signals.
        train_labels: file of their labels. Default: for ``X_train.npy`` the file ``Y_train.npy`` beside it (x -> y
            likewise), for other formats the same file. What is named here, the pipeline also watches for changes.
        test: file of the test signals. Default: the training file, if it has a key such as ``X_test``.
        test_labels: file of their labels, default as for training.
        val: file of the validation signals, which goes together with ``split.validation: given``. Default: none.
        val_labels: file of their labels, default as for training.
        x_key: key of the signals, if not one of X, data, signal(s), iq (also X_train, test_data, ...).
        y_key: key of the labels, if not one of Y, label(s), target(s).
        i_key: key of I where I and Q are two arrays, if not called I and Q (or i and q); a flat vector is cut into
            as many signals as there are labels.
        q_key: key of Q.
        layout: axes in stored order (N signals, L samples, C channels; MATLAB files: as ``size`` tells), or
            ``concatenated`` for [N, 2L] with all I, then all Q; the same in all files.
        expected_length: L, samples per signal; it can tell axes apart, and anything else is an error.
        class_names_key: key of the class names by label, if not class_names.
        sample_rate_hz: sampling rate. Default: the scalar fs, sample_rate, sample_rate_hz or sampling_rate.
        drop_invalid: leave out signals with NaN or infinity, and note how many, rather than stop.
        drop_unknown: leave out test and validation signals of classes which training lacks, and note how many,
            rather than stop.
        holdout: fraction (0 to 1) of each class that becomes the test part where there is no test file: at least
            one signal of a class, never all.
        group_key: key of the recording, patient or session of each signal: `holdout` takes whole groups.
        order_key: key of each signal's time: `holdout` takes the last ones of each class.
        seed: of the random holdout, 0 or more.

    Raises:
        InputError: a file is missing, damaged or ambiguous, or its content cannot be used.
    """
    reading = Reading(x_key, y_key, i_key, q_key, layout, expected_length)
    training = open_recording_file(train, train_labels, "train", reading)
    if test is None and holdout is None and has_test_signals(training.arrays):
        test = train
    if val is None and val_labels is not None:
        raise InputError(f"{train}: val_labels is set, but not the file val that they belong to")
    if test is None:
        other: RecordingFile | Holdout = checked_holdout(train, test_labels, holdout, group_key, order_key, seed)
    elif holdout is not None or group_key is not None or order_key is not None:
        raise InputError(f"{train}: set the file test, or holdout with its group_key or order_key, not both")
    training = finite_only(training, drop_invalid)
    beside = partial(_beside, training, reading, drop_invalid, drop_unknown)
    if test is not None:
        other = beside("test", test, test_labels)
    validating = None if val is None else beside("val", val, val_labels)
    if isinstance(other, RecordingFile) and validating is not None and _same_array(other, validating):
        raise InputError(f"{validating.path}: test and validation signals are the same array, name two")
    return _recordings(training, other, validating, class_names_key, sample_rate_hz)


def class_map(training: RecordingFile, test_labels: np.ndarray | None, class_names_key: str | None) -> dict[str, Any]:
    """Return class name -> label in the file, in the order of the classes' numbers."""
    array = keys.optional_array(training.arrays, class_names_key, keys.CLASS_NAMES, "class_names_key")
    try:
        names = None if array is None else array.read()
        return labels.class_map(training.labels[training.kept], test_labels, names)
    except InputError as error:
        raise InputError(f"{training.path}: {error}") from error


def sample_rate(training: RecordingFile, given: float | None) -> float | None:
    """Return the sampling rate in Hz: the given one, else the file's own, else None."""
    array = keys.optional_array(training.arrays, None, keys.SAMPLE_RATE, "sample_rate_hz")
    if given is None and (array is None or not array.is_numeric or math.prod(array.shape) != 1):
        return None
    rate = given if given is not None or array is None else float(array.read().item())
    if rate is None or not 0 < rate < math.inf:
        raise InputError(f"{training.path}: sample_rate_hz: got {rate}, expected a positive number of Hz")
    return rate


def _beside(
    training: RecordingFile,
    reading: Reading,
    drop_invalid: bool,
    drop_unknown: bool,
    role: Role,
    path: str,
    labels_path: str | None,
) -> RecordingFile:
    """Return the test or validation file, read in the layout of the training file, which it must fit."""
    same_layout = replace(reading, layout=training.layout.name)  # a file of 2 signals is ambiguous by itself
    source = finite_only(open_recording_file(path, labels_path, role, same_layout), drop_invalid)
    part = "validation" if role == "val" else role
    if drop_unknown:
        source = source.only(np.isin(source.labels, training.labels[training.kept]))
    if _same_array(training, source):
        way_out = "set holdout to divide it" if role == "test" else "set split.validation to divide it"
        raise InputError(f"{training.path}: training and {part} signals are the same array, {way_out}")
    if training.signal_shape != source.signal_shape:
        shapes = f"{training.signal_shape} and {source.signal_shape}"
        raise InputError(f"{source.path}: training and {part} signals [L, channels] must agree, got {shapes}")
    return source


def _same_array(first: RecordingFile, second: RecordingFile) -> bool:
    return first.path == second.path and first.signals[0].key == second.signals[0].key


def _recordings(
    training: RecordingFile,
    other: RecordingFile | Holdout,
    validating: RecordingFile | None,
    class_names_key: str | None,
    rate: float | None,
) -> Recordings:
    """Return the recordings; `other` is the test file, or how the test part is cut from the training file."""
    notes: dict[str, Any] = {}
    if isinstance(other, RecordingFile):
        classes = class_map(training, other.labels[other.kept], class_names_key)
        train, test = parts.whole(training, classes), parts.whole(other, classes)
    else:
        classes = class_map(training, None, class_names_key)
        train, test, notes["holdout"] = parts.divided(training, other, classes)
    sources = [source for source in (training, other, validating) if isinstance(source, RecordingFile)]
    if validating is not None:
        train = parts.joined(train, validating, classes)
    files = list(dict.fromkeys(path for source in sources for path in (source.path, source.labels_path)))
    common = {
        "files": [path.name for path in files],
        "layouts": [source.layout.name for source in sources],
        "label_map": {name: {"index": index, "label": label} for index, (name, label) in enumerate(classes.items())},
        "absent_from_test": [name for index, name in enumerate(classes) if index not in test.labels],
        "dropped_signals": [len(source.labels) - len(source.kept) for source in sources],
        "invalid_signals": [source.invalid for source in sources],
    }
    num_validation = 0 if validating is None else len(validating.kept)
    rate = sample_rate(training, rate)
    return Recordings(train, test, tuple(classes), rate, _checksum(files), common | notes, num_validation)


def _checksum(files: Sequence[Path]) -> str:
    """Return the SHA-256 over the bytes of all files, one after the other."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            while block := file.read(2**20):
                digest.update(block)
    return digest.hexdigest()
