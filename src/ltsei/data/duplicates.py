"""Exact duplicates of signals: found by a digest of each signal, taken while the signals are written."""

import hashlib
from collections.abc import Callable, Mapping

import numpy as np

from ltsei.core.errors import InputError

DIGEST = np.dtype("S16")
"""16 bytes of SHA-256; NumPy compares them exactly, since all have one length."""
Origin = Callable[[int], str]


def digests(signals: np.ndarray) -> np.ndarray:
    """Return the digest of each signal's bytes, [n]; `signals` are contiguous, [n, ...]."""
    return np.array([hashlib.sha256(signal.data).digest()[:16] for signal in signals], DIGEST)


def shared(
    parts: Mapping[str, tuple[np.ndarray, Origin]], *, allowed: bool, solution: str = ""
) -> dict[str, dict[str, int]]:
    """Return part -> earlier part -> how many of its signals are also in that one; only numbers above 0.

    Args:
        parts: name -> digests of its signals, and what names the signal at an index; in the order in which they count.
        allowed: whether duplicates are only counted.
        solution: what the error proposes.

    Raises:
        InputError: there are duplicates and they are not allowed.
    """
    found: dict[str, dict[str, int]] = {}
    names = list(parts)
    for position, name in enumerate(names):
        own, own_origin = parts[name]
        for before in names[:position]:
            other, origin = parts[before]
            again = np.flatnonzero(np.isin(own, other))
            if len(again) and not allowed:
                first = int(np.flatnonzero(other == own[again[0]])[0])
                pair = f"{own_origin(int(again[0]))} equals {origin(first)}"
                raise InputError(
                    f"{name}: {len(again)} of {len(own)} {name} signals are exact duplicates of {before} signals; "
                    f"the first: {pair} (counted from 0){solution}"
                )
            if len(again):
                found.setdefault(name, {})[before] = len(again)
    return found


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
