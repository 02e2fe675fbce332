"""Exact duplicates of signals: found by a digest of each signal, taken while the signals are written."""

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.recordings import Recordings

DIGEST = np.dtype("S16")
"""16 bytes of SHA-256; NumPy compares them exactly, since all have one length."""
Digests = tuple[str, np.ndarray, Callable[[int], str]]
"""Name of a part, digest of each signal, index -> where the signal comes from."""


def digests(signals: np.ndarray) -> np.ndarray:
    """Return the digest of each signal's bytes, [n]; `signals` are contiguous, [n, ...]."""
    return np.array([hashlib.sha256(signal.data).digest()[:16] for signal in signals], DIGEST)


def compare(recordings: Recordings, train: np.ndarray, test: np.ndarray) -> dict[str, Any]:
    """Return notes on copies: ``duplicates`` between parts, ``copies_in_training``; none of what does not occur.

    Args:
        recordings: whose signals these are.
        train: digests of the training signals, those for validation last.
        test: digests of the test signals.

    Raises:
        InputError: two parts share copies, and the recordings do not allow that.
    """
    number, origin = len(train) - recordings.num_validation, recordings.train.origin
    training = ("training", train[:number], origin)
    validation = ("validation", train[number:], lambda index: origin(number + index))
    testing = ("test", test, recordings.test.origin)
    shared: dict[str, int] = {}
    for first, second in ((training, validation), (training, testing), (validation, testing)):
        copies = np.flatnonzero(np.isin(second[1], first[1]))
        if len(copies) and not recordings.allow_duplicates:
            raise _error(first, second, copies)
        if len(copies):
            shared[shared_by(first[0], second[0])] = len(copies)
    inside = number - len(np.unique(train[:number]))
    notes = {"duplicates": shared, "copies_in_training": inside}
    return {name: note for name, note in notes.items() if note}


def shared_by(first: str, second: str) -> str:
    """Return what the notes call signals of the second part that are also in the first."""
    return f"{second} signals that are also {first} signals"


def _error(first: Digests, second: Digests, copies: np.ndarray) -> InputError:
    """Return the error for signals `copies` of the second part that are also in the first."""
    equal = int(np.flatnonzero(first[1] == second[1][copies[0]])[0])
    return InputError(
        f"{len(copies)} of {len(second[1])} {second[0]} signals are exact copies of {first[0]} signals; the first "
        f"pair: {second[2](int(copies[0]))} is {first[2](equal)} (counted from 0): remove the copies, or set "
        "allow_duplicates: true in the source, which makes results look better than they are"
    )


def merged_groups(groups: np.ndarray | None, digest: np.ndarray) -> np.ndarray | None:
    """Return the group of each signal, int64 [N], where equal signals and those of one group belong together.

    None where there are neither groups nor duplicates.
    """
    different, equal = np.unique(digest, return_inverse=True)
    if len(different) == len(digest):
        return groups
    if groups is None:
        return equal.astype(np.int64)
    merged = groups
    while True:  # each round passes the smallest number on along one more link
        smallest = _smallest(_smallest(merged, equal), groups)
        if np.array_equal(smallest, merged):
            return merged
        merged = smallest


def _smallest(values: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Return for each signal the smallest value among the signals of its set, `members` being the sets from 0."""
    smallest = np.full(int(members.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(smallest, members, values)
    result: np.ndarray = smallest[members]
    return result
