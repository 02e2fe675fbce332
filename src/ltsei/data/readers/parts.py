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


def divided(file: SignalFile, holdout: Holdout, classes: Mapping[str, Any]) -> tuple[Part, Part, dict[str, Any]]:
    """Return training part, test part and a note on the division; InputError where the test part would be empty."""
    labels = contiguous(file.selected_labels, classes)
    held_out, note = holdout.choose(file, labels)
    if not held_out.any():
        raise InputError(f"{file.path}: holdout {holdout.fraction} leaves the test part empty; raise it")
    return file.part(labels, ~held_out), file.part(labels, held_out), note


def joined(train: Part, validation: SignalFile, classes: Mapping[str, Any]) -> Part:
    """Return the training part followed by the validation file; InputError where that has other classes."""
    try:
        refuse_unknown("validation", validation.selected_labels, list(classes.values()))
    except InputError as error:
        raise InputError(f"{validation.path}: {error}") from error
    last = whole(validation, classes)
    labels = np.concatenate([train.labels, last.labels])
    return Part(labels, train.signal_shape, lambda: chain(train.chunks(), last.chunks()))
