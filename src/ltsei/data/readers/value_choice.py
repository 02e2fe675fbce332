"""Signals chosen by values that each of them has: of a day, a receiver, a signal-to-noise ratio."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ltsei.core.errors import InputError, unknown
from ltsei.data.captures.settings import Wanted, as_texts
from ltsei.data.domains import domain_note
from ltsei.data.readers.signal_file import SignalFile
from ltsei.data.readers.signal_values import values_per_signal


def domain_texts(file: SignalFile, key: str, setting: str) -> np.ndarray:
    """Return the value of each signal in use as text, [n]; whole numbers without a decimal point."""
    values = values_per_signal(file, key, setting)
    if values.dtype.kind == "S":
        return np.char.decode(values, "utf-8")
    if values.dtype.kind == "f":
        return np.array([f"{value:.9g}" for value in values.tolist()])
    return values.astype(str)


def chosen(file: SignalFile, wanted: Mapping[str, Wanted], setting: str) -> np.ndarray:
    """Return which signals in use have one of the wanted values under each key, bool [n]; InputError where none has."""
    mask = np.ones(len(file.selected), dtype=bool)
    for key, values in wanted.items():
        texts = domain_texts(file, key, setting)
        for text in as_texts(values):
            if text not in texts:
                raise InputError(f"{file.path}: {setting}.{key}: {unknown(text, set(texts.tolist()), 'value')}")
        mask &= np.isin(texts, as_texts(values))
    if not mask.any():
        raise InputError(f"{file.path}: {setting}: no signal has all of these values: {dict(wanted)}")
    return mask


def trainable(file: SignalFile, wanted: Mapping[str, Wanted], drop_unknown: bool) -> SignalFile:
    """Return a file without signals of classes that only its test part has; InputError where there are such."""
    test = chosen(file, wanted, "test_values")
    labels = file.selected_labels
    trained = np.unique(labels[~test])
    if not len(trained):
        raise InputError(f"{file.path}: test_values takes all signals; select fewer values")
    only_tested = np.setdiff1d(labels[test], trained).tolist()
    if not only_tested:
        return file
    if not drop_unknown:
        listed = ", ".join(map(str, only_tested[:20]))
        raise InputError(
            f"{file.path}: test_values takes all signals of {listed}: select fewer values, or set drop_unknown: true "
            "to leave these classes out"
        )
    return file.select(np.isin(labels, trained))


def domains_of(
    keys: Sequence[str],
    training: SignalFile,
    in_training: np.ndarray,
    testing: SignalFile | None,
    validation: SignalFile | None,
) -> dict[str, Any]:
    """Return the note on the domains of all signals; empty without keys.

    Args:
        keys: of the arrays that hold the domains, whose last parts are their names.
        training: the file of the training signals.
        in_training: which of its signals in use are for training, bool [n]; the others are for test.
        testing: the file of the test signals, if it is another one.
        validation: that of the validation signals, if there is one.
    """
    if not keys:
        return {}
    of_file = _rows(keys, training)
    train = np.concatenate([of_file[in_training], *([] if validation is None else [_rows(keys, validation)])])
    test = of_file[~in_training] if testing is None else _rows(keys, testing)
    rows, number = np.unique(np.concatenate([train, test]), axis=0, return_inverse=True)
    names = [key.rsplit("/")[-1] for key in keys]
    domains = [dict(zip(names, row, strict=True)) for row in rows.tolist()]
    return domain_note(domains, number[: len(train)], number[len(train) :])


def _rows(keys: Sequence[str], file: SignalFile) -> np.ndarray:
    return np.stack([domain_texts(file, key, "domains") for key in keys], axis=1)
