"""Training, test and validation part, made of whole files or of pieces of one."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers.holdout import Holdout
from ltsei.data.readers.labels import contiguous, refuse_unknown
from ltsei.data.readers.recording_file import RecordingFile
from ltsei.data.store import Part


def whole(source: RecordingFile, classes: Mapping[str, Any]) -> Part:
    """Return all kept signals of a file; `classes` is class name -> label in the file."""
    labels = contiguous(source.labels[source.kept], classes)
    return source.part(labels, np.ones(len(labels), dtype=bool))


def divided(source: RecordingFile, holdout: Holdout, classes: Mapping[str, Any]) -> tuple[Part, Part, dict[str, Any]]:
    """Return training part, test part and a note on how the file was divided; InputError where it cannot be."""
    labels = contiguous(source.labels[source.kept], classes)
    held_out, note = holdout.choose(source, labels)
    if not held_out.any():
        raise InputError(f"{source.path}: holdout {holdout.fraction} leaves the test part empty, raise it")
    return source.part(labels, ~held_out), source.part(labels, held_out), note


def joined(train: Part, validating: RecordingFile, classes: Mapping[str, Any]) -> Part:
    """Return the training part with the validation file behind it; InputError where that has other classes."""
    try:
        refuse_unknown("validation", validating.labels[validating.kept], list(classes.values()))
    except InputError as error:
        raise InputError(f"{validating.path}: {error}") from error
    last = whole(validating, classes)
    labels = np.concatenate([train.labels, last.labels])
    return Part(labels, train.signal_shape, lambda: chain(train.chunks(), last.chunks()))
