"""Training, test and validation part, made of whole files or of pieces of one."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy as np

from ltsei.datasets import _labels
from ltsei.datasets._holdout import Holdout
from ltsei.datasets._source import Source
from ltsei.errors import InputError
from ltsei.signals import Part


def whole(source: Source, classes: Mapping[str, Any]) -> Part:
    """Return all kept signals of a file; `classes` is class name -> label in the file."""
    labels = _labels.contiguous(source.labels[source.kept], classes)
    return source.part(labels, np.ones(len(labels), dtype=bool))


def divided(source: Source, holdout: Holdout, classes: Mapping[str, Any]) -> tuple[Part, Part, dict[str, Any]]:
    """Return training part, test part and a note on how the file was divided; InputError where it cannot be."""
    labels = _labels.contiguous(source.labels[source.kept], classes)
    held_out, note = holdout.choose(source, labels)
    if not held_out.any():
        raise InputError(f"{source.path}: holdout {holdout.fraction} leaves the test part empty, raise it")
    return source.part(labels, ~held_out), source.part(labels, held_out), note


def joined(train: Part, validating: Source, classes: Mapping[str, Any]) -> Part:
    """Return the training part with the validation file behind it; InputError where that has other classes."""
    try:
        _labels.refuse_unknown("validation", validating.labels[validating.kept], list(classes.values()))
    except InputError as error:
        raise InputError(f"{validating.path}: {error}") from error
    last = whole(validating, classes)
    labels = np.concatenate([train.labels, last.labels])
    return Part(labels, train.signal_shape, lambda: chain(train.chunks(), last.chunks()))
