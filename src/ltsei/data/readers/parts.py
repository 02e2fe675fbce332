"""Training, test and validation part, each made of a whole file or of a piece of one."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers.holdout import Holdout
from ltsei.data.readers.labels import contiguous, refuse_unknown
from ltsei.data.readers.signal_file import SignalFile
from ltsei.data.recordings import Part


def whole(file: SignalFile, classes: Mapping[str, Any]) -> Part:
    """Return all signals of a file that are in use; `classes` is class name -> label in the file."""
    labels = contiguous(file.selected_labels, classes)
    return file.part(labels, np.ones(len(labels), dtype=bool))


def divided(
    file: SignalFile, holdout: Holdout, classes: Mapping[str, Any]
) -> tuple[Part, Part, np.ndarray, dict[str, Any]]:
    """Return training part, test part, which signals are for training (bool [n]), and a note on the division.

    Raises:
        InputError: the test part would be empty.
    """
    labels = contiguous(file.selected_labels, classes)
    held_out, note = holdout.choose(file, labels)
    if not held_out.any():
        solution = "raise it"
        if holdout.group_key is not None:
            solution = f"each group of {holdout.group_key} holds more than half of a class; hold out by another key"
        raise InputError(f"{file.path}: holdout {holdout.fraction} leaves the test part empty; {solution}")
    return file.part(labels, ~held_out), file.part(labels, held_out), ~held_out, note


def joined(train: Part, validation: SignalFile, classes: Mapping[str, Any]) -> Part:
    """Return the training part followed by the validation file; InputError where that has other classes."""
    try:
        refuse_unknown("validation", validation.selected_labels, list(classes.values()))
    except InputError as error:
        raise InputError(f"{validation.path}: {error}") from error
    last, number = whole(validation, classes), len(train.labels)
    return Part(
        labels=np.concatenate([train.labels, last.labels]),
        signal_shape=train.signal_shape,
        chunks=lambda: chain(train.chunks(), last.chunks()),
        origin=lambda index: train.origin(index) if index < number else last.origin(index - number),
        other_lengths=tuple(set(last.lengths) - set(train.lengths)),
    )
