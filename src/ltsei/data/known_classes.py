"""Recordings divided by class: those of known classes, and the test signals of the classes held out as unknown."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import numpy as np

from ltsei.core.errors import InputError, unknown
from ltsei.data.domains import NOTE, domain_note, signal_domains
from ltsei.data.recordings import Part, Recordings
from ltsei.numerics import seeds

WHERE = "unknown_classes"
"""The key of the experiment file, with which errors begin, and of the notes of a store."""
FEWEST = 2
"""Known classes that must be left."""


def unknown_labels(class_names: Sequence[str], names: Sequence[str] | None, number: int | None, seed: int) -> list[int]:
    """Return the labels of the classes that are held out, ascending.

    Args:
        class_names: of all classes.
        names: of those to hold out; None: they are drawn.
        number: how many are drawn; a larger number holds out these and more.
        seed: of the draw.

    Raises:
        InputError: a name is not that of a class, or fewer than two classes are left.
    """
    if names is None:
        drawn = seeds.generator(seed, "unknown classes").permutation(len(class_names))[:number]
        labels = sorted(drawn.tolist())
    else:
        for name in names:
            if name not in class_names:
                raise InputError(f"{WHERE}: {unknown(name, class_names, 'class')}")
        labels = sorted({class_names.index(name) for name in names})
    if len(class_names) - len(labels) < FEWEST:
        raise InputError(
            f"{WHERE}: got {number if names is None else len(labels)} of {len(class_names)} classes, which leaves "
            f"{len(class_names) - len(labels)} known; at least {FEWEST} must be left, so name at most "
            f"{max(len(class_names) - FEWEST, 0)}"
        )
    return labels


def known_part(recordings: Recordings, unknown: Sequence[int]) -> Recordings:
    """Return the recordings without the classes `unknown`, the labels of the others renumbered without gaps.

    Raises:
        InputError: no test signal is of a known class.
    """
    names = recordings.class_names
    known = np.setdiff1d(np.arange(len(names)), unknown)
    keep_train, keep_test = (np.isin(part.labels, known) for part in (recordings.train, recordings.test))
    if not keep_test.any():
        raise InputError(f"{WHERE}: no test signal is of a known class; the source needs a test part of these, too")
    given = len(keep_train) - recordings.num_validation
    held_out = {WHERE: [names[label] for label in unknown]}
    return replace(
        recordings,
        train=_chosen(recordings.train, keep_train, known),
        test=_chosen(recordings.test, keep_test, known),
        class_names=tuple(names[label] for label in known),
        notes={**recordings.notes, **_domains(recordings.notes, keep_train, keep_test), **held_out},
        num_validation=int(keep_train[given:].sum()),
        groups=None if recordings.groups is None else recordings.groups[keep_train],
    )


def unknown_part(recordings: Recordings, unknown: Sequence[int]) -> Part:
    """Return the test signals of the classes `unknown`, numbered from 0 in this order.

    Raises:
        InputError: one of them has no test signal.
    """
    part = recordings.test
    for label in unknown:
        if not (part.labels == label).any():
            raise InputError(f"{WHERE}: {recordings.class_names[label]} has no test signals; name another class")
    return _chosen(part, np.isin(part.labels, unknown), np.asarray(unknown))


def _chosen(part: Part, keep: np.ndarray, classes: np.ndarray) -> Part:
    """Return the signals for which bool `keep` [N] is True; `classes` are their labels, ascending."""
    indices = np.flatnonzero(keep)
    return replace(
        part,
        labels=np.searchsorted(classes, part.labels[indices]).astype(np.int64),
        chunks=partial(_chunks, part, keep),
        origin=lambda index: part.origin(int(indices[index])),
    )


def _chunks(part: Part, keep: np.ndarray) -> Iterator[np.ndarray]:
    start = 0
    for chunk in part.chunks():
        chosen = keep[start : start + len(chunk)]
        start += len(chunk)
        if chosen.any():
            yield chunk[chosen]


def _domains(notes: Any, keep_train: np.ndarray, keep_test: np.ndarray) -> dict[str, Any]:
    """Return the note on the domains of the signals that are kept; empty where signals have no domains."""
    if NOTE not in notes:
        return {}
    parts: dict[Literal["train", "test"], np.ndarray] = {"train": keep_train, "test": keep_test}
    tables = [np.stack(list(signal_domains(notes, part).values()), axis=1)[keep] for part, keep in parts.items()]
    values, inverse = np.unique(np.concatenate(tables), axis=0, return_inverse=True)
    rows = inverse.reshape(-1)
    names = notes[NOTE]["names"]
    domains = [dict(zip(names, row, strict=True)) for row in values.tolist()]
    return domain_note(domains, rows[: len(tables[0])], rows[len(tables[0]) :])
