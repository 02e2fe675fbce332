"""Which keys of a file could name the groups or the times of a holdout: suggestions, nothing is decided by them."""

import math
from dataclasses import dataclass
from typing import get_args

import numpy as np

from ltsei.data.readers.keys import LABELS, PartName, names_part
from ltsei.data.readers.signal_file import SignalFile

TIMES = ("t", "time", "timestamp", "date", "index")
"""Keys that mark values as times where the values alone leave it open."""

LABELS_OF_PARTS = [names_part(part, LABELS) for part in get_args(PartName)]
"""Tests for the keys of labels, those of another part included."""


@dataclass(frozen=True)
class KeySuggestion:
    """A key with one value per signal.

    Attributes:
        different: number of different values.
        settings: ``group_key``, ``order_key`` or both, the likelier one first.
    """

    different: int
    settings: tuple[str, ...]


def suggested_keys(file: SignalFile) -> dict[str, KeySuggestion]:
    """Return key -> what it could serve as, for the keys that divide at least one class.

    A value that differs for nearly every signal gives an order; values that several signals of a class share may name
    their recordings.
    """
    number = len(file.labels)
    classes, codes = np.unique(file.labels, return_inverse=True)
    suggestions = {}
    for array in file.arrays:
        is_vector = max(array.shape, default=0) == math.prod(array.shape) == number
        is_taken = array.key == file.labels_key or any(is_label(array) for is_label in LABELS_OF_PARTS)
        if not is_vector or is_taken or array.problem or array.dtype.kind not in "biufUS":
            continue
        values, members = np.unique(array.read().ravel(), return_inverse=True)
        pairs = len(np.unique(members * len(classes) + codes))  # different pairs of class and value
        if pairs > len(classes):
            settings = _settings(array.key, len(values), pairs, number)
            suggestions[array.key] = KeySuggestion(len(values), settings)
    return suggestions


def _settings(key: str, different: int, pairs: int, number: int) -> tuple[str, ...]:
    if different > number / 2 or (pairs == number and key.lower().rsplit("/")[-1] in TIMES):
        return ("order_key",)
    return ("group_key", "order_key") if pairs == number else ("group_key",)
