"""Recorded signals from .npy, .npz, .mat (version 5 and 7.3) and .h5/.hdf5 files, as they were downloaded.

Axes, keys, labels and sampling rate are detected where only one reading is possible; otherwise the error lists what
the file holds and names the setting that decides. Integers become float32 unchanged, except uint8, which is read as
offset binary (minus 127.5); complex numbers become two channels. `ltsei inspect FILE` shows how a file would be read.
"""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, Gt, Lt

from ltsei.core.errors import InputError
from ltsei.data.checksums import checksums
from ltsei.data.readers import parts
from ltsei.data.readers.holdout import Holdout, checked_holdout
from ltsei.data.readers.keys import PartName, has_test_signals
from ltsei.data.readers.label_files import label_file
from ltsei.data.readers.metadata import class_map, sample_rate
from ltsei.data.readers.open_signal_file import ReaderSettings, open_signal_file
from ltsei.data.readers.signal_file import SignalFile, finite_only
from ltsei.data.recordings import Recordings


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
    expected_length: Annotated[int, Ge(1)] | None = None,
    class_names_key: str | None = None,
    sample_rate_hz: Annotated[float, Gt(0)] | None = None,
    drop_invalid: bool = False,
    drop_unknown: bool = False,
    holdout: Annotated[float, Gt(0), Lt(1)] | None = None,
    group_key: str | None = None,
    order_key: str | None = None,
    seed: Annotated[int, Ge(0)] = 0,
) -> Recordings:
    """Return the recordings of a training file and either a test file or a held-out part of the training file.

    The signals of a validation file, if there is one, come last in the training part.

    Labels may be (N,), (N, 1), (1, N), one-hot, whole-number floats or text, with any numbering: the sorted values
    of the training part become 0...C-1, and their text the class names. A class without test signals is allowed and
    noted as ``absent_from_test``.

    Args:
        context: not used.
        train: file of the training signals.
        train_labels: file of their labels. Default: for ``X_train.npy`` the file ``Y_train.npy`` beside it (x -> y
            likewise), for other formats the same file.
        test: file of the test signals. Default: the training file, if it has a key such as ``X_test``.
        test_labels: file of their labels; default as for training.
        val: file of the validation signals, used with ``split.validation: given``. Default: none.
        val_labels: file of their labels; default as for training.
        x_key: key of the signals, if not one of X, data, signal(s), iq (also X_train, test_data, ...).
        y_key: key of the labels, if not one of Y, label(s), target(s).
        i_key: key of I where I and Q are two arrays, if not called I and Q (or i and q); a flat vector is cut into
            as many signals as there are labels.
        q_key: key of Q.
        layout: axes in stored order (N signals, L samples, C channels; in MATLAB files as ``size`` reports them), or
            ``concatenated`` for [N, 2L] with all I, then all Q; the same in all files.
        expected_length: L, samples per signal; it can distinguish axes, and any other length is an error.
        class_names_key: key of the class names in the order of the labels, if not class_names.
        sample_rate_hz: sampling rate. Default: the scalar fs, sample_rate, sample_rate_hz or sampling_rate.
        drop_invalid: leave out signals with NaN or infinity and note how many, instead of stopping.
        drop_unknown: leave out test and validation signals of classes that training lacks and note how many, instead
            of stopping.
        holdout: fraction of each class that becomes the test part where there is no test file: at least one signal
            of a class, never all.
        group_key: key of the recording, patient or session of each signal: `holdout` takes whole groups.
        order_key: key of each signal's time: `holdout` takes the last signals of each class.
        seed: of the random holdout.

    Raises:
        InputError: a file is missing, damaged or ambiguous, or its content cannot be used.
    """
    settings = ReaderSettings(x_key, y_key, i_key, q_key, layout, expected_length)
    training = open_signal_file(train, train_labels, "train", settings)
    if test is None and holdout is None and has_test_signals(training.arrays):
        test = train
    if val is None and val_labels is not None:
        raise InputError(f"{train}: val_labels is set, but not the file val that they belong to")
    if test is None:
        testing: SignalFile | Holdout = checked_holdout(train, test_labels, holdout, group_key, order_key, seed)
    elif holdout is not None or group_key is not None or order_key is not None:
        raise InputError(f"{train}: set either the file test, or holdout with its group_key or order_key, not both")
    training = finite_only(training, drop_invalid)
    open_beside = partial(_open_beside, training, settings, drop_invalid, drop_unknown)
    if test is not None:
        testing = open_beside("test", test, test_labels)
    validation = None if val is None else open_beside("val", val, val_labels)
    if isinstance(testing, SignalFile) and validation is not None and _same_array(testing, validation):
        raise InputError(f"{validation.path}: test and validation signals are the same array; name two arrays")
    return _recordings(training, testing, validation, class_names_key, sample_rate_hz)


def input_files(
    *,
    train: str,
    train_labels: str | None,
    test: str | None,
    test_labels: str | None,
    val: str | None,
    val_labels: str | None,
    **others: Any,
) -> list[str]:
    """Return the paths of all files that `build` opens with these parameters, in the order in which it reads them.

    Only names decide and no file is opened. A .npy file whose labels are neither named nor beside it stands alone in
    the list; `build` reports it.
    """
    parts_files = ((train, train_labels), (test, test_labels), (val, val_labels))
    pairs = [(Path(path), label_file(Path(path), labels)) for path, labels in parts_files if path is not None]
    return list(dict.fromkeys(str(path) for pair in pairs for path in pair if path is not None))


def _open_beside(
    training: SignalFile,
    settings: ReaderSettings,
    drop_invalid: bool,
    drop_unknown: bool,
    part: PartName,
    path: str,
    labels_path: str | None,
) -> SignalFile:
    """Return the test or validation file, read in the layout of the training file, which it must match."""
    same_layout = replace(settings, layout=training.layout.name)  # a file of 2 signals is ambiguous by itself
    file = finite_only(open_signal_file(path, labels_path, part, same_layout), drop_invalid)
    words = "validation" if part == "val" else part
    if drop_unknown:
        file = file.select(np.isin(file.selected_labels, training.selected_labels))
    if _same_array(training, file):
        solution = "set holdout to divide it" if part == "test" else "set split.validation to divide it"
        raise InputError(f"{training.path}: training and {words} signals are the same array; {solution}")
    if training.signal_shape != file.signal_shape:
        shapes = f"{training.signal_shape} and {file.signal_shape}"
        raise InputError(f"{file.path}: training and {words} signals [L, channels] must have one shape, got {shapes}")
    return file


def _same_array(first: SignalFile, second: SignalFile) -> bool:
    return first.path == second.path and first.signals[0].key == second.signals[0].key


def _recordings(
    training: SignalFile,
    testing: SignalFile | Holdout,
    validation: SignalFile | None,
    class_names_key: str | None,
    rate: float | None,
) -> Recordings:
    """Return the recordings; `testing` is the test file, or how the test part is cut from the training file."""
    notes: dict[str, Any] = {}
    if isinstance(testing, SignalFile):
        classes = class_map(training, testing.selected_labels, class_names_key)
        train, test = parts.whole(training, classes), parts.whole(testing, classes)
    else:
        classes = class_map(training, None, class_names_key)
        train, test, notes["holdout"] = parts.divided(training, testing, classes)
    files = [file for file in (training, testing, validation) if isinstance(file, SignalFile)]
    if validation is not None:
        train = parts.joined(train, validation, classes)
    checksum, of_file = checksums(dict.fromkeys(path for file in files for path in (file.path, file.labels_path)))
    common = {
        "layouts": [file.layout.name for file in files],
        "label_map": {name: {"index": index, "label": label} for index, (name, label) in enumerate(classes.items())},
        "absent_from_test": [name for index, name in enumerate(classes) if index not in test.labels],
        "dropped_signals": [len(file.labels) - len(file.selected) for file in files],
        "invalid_signals": [file.invalid for file in files],
    }
    num_validation = 0 if validation is None else len(validation.selected)
    rate = sample_rate(training, rate)
    return Recordings(train, test, tuple(classes), rate, checksum, common | notes, num_validation, of_file)
