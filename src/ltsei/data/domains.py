"""Domains of signals (distance, run, day, receiver, ...): name -> text for each signal, kept in the notes of a store.

Signals of one recording share their domains, so that the notes hold runs of equal values: ``{"names": ["run"],
"train": [[120, "1"], [80, "2"]]}`` says that the first 120 training signals are of run 1, the other 80 of run 2.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np

NOTE = "domains"
"""The key of the notes."""


def domain_note(domains: Sequence[Mapping[str, str]], train: np.ndarray, test: np.ndarray) -> dict[str, Any]:
    """Return the note on the domains of all signals; empty without domains.

    Args:
        domains: name -> value, of each recording; all have the same names.
        train: the recording of each training signal, those for validation last, int64 [N].
        test: the recording of each test signal.
    """
    names = list(domains[0])
    if not names:
        return {}
    values = [[each[name] for name in names] for each in domains]
    return {NOTE: {"names": names, "train": list(_runs(values, train)), "test": list(_runs(values, test))}}


def signal_domains(notes: Mapping[str, Any], part: Literal["train", "test"]) -> dict[str, np.ndarray]:
    """Return domain -> value of each signal, text [N], from the notes of a store; empty where it has no domains."""
    note = notes.get(NOTE)
    if note is None:
        return {}
    numbers = [number for number, *_ in note[part]]
    columns = zip(*(values for _, *values in note[part]), strict=True)
    return {name: np.repeat(np.array(column), numbers) for name, column in zip(note["names"], columns, strict=True)}


def _runs(values: Sequence[Sequence[str]], recordings: np.ndarray) -> Iterator[list[Any]]:
    """Yield the number of successive signals with equal values, and these values."""
    bounds = [0, *(np.flatnonzero(np.diff(recordings)) + 1).tolist(), len(recordings)]
    runs = [(stop - start, values[recordings[start]]) for start, stop in itertools.pairwise(bounds) if stop > start]
    for shared, group in itertools.groupby(runs, key=lambda run: run[1]):
        yield [sum(number for number, _ in group), *shared]
