"""From messages to the training and the test part, each transponder a class, with notes for the record."""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.captures.assembling import hashed
from ltsei.data.captures.classes import Classes, numbered
from ltsei.data.captures.division import Division, fold_of_captures, selected, texts_of
from ltsei.data.captures.source import shown
from ltsei.data.captures.usable import usable_windows
from ltsei.data.captures.windows import Windows
from ltsei.data.domains import domain_note
from ltsei.data.group_folds import parsed_fold
from ltsei.data.readers.holdout import chronological_holdout, group_holdout
from ltsei.data.recordings import Part, Recordings
from ltsei.data.transponders.bursts import Bursts, open_bursts
from ltsei.data.transponders.frames import FORMATS
from ltsei.data.transponders.settings import MessageSettings

FILE = "file"
"""The domain that every message has: the name of its recording."""
RARE, INVALID, SPARED = "of rare addresses", "invalid", "above max_messages"


def recordings_of(settings: MessageSettings, *, read: bool = True) -> Recordings:
    """Return the messages of a source's recordings; `read` is whether samples are checked and files hashed."""
    opened = open_bursts(settings, read=read)
    captures = opened.windows.captures
    checksum, of_file = hashed(captures, allow_duplicates=settings.allow_duplicates) if read else ("", {})
    try:
        bursts = _selected(opened, settings, read=read)
        chosen = _divided(bursts, settings)
        classes, division = numbered(bursts.windows, chosen, settings.drop_unknown)
    except InputError as error:
        raise InputError(f"{shown(settings.files)}: {error}") from error
    by_file = settings.by_recording or settings.holdout_by == "file"
    return Recordings(
        train=_part(bursts, classes, division.train, settings, "writing the training part"),
        test=_part(bursts, classes, division.test, settings, "writing the test part"),
        class_names=classes.names,
        sample_rate_hz=captures[0].rate_hz,
        checksum=checksum,
        notes={
            "dropped_signals": [bursts.left_out.get(INVALID, 0) + chosen.number - division.number],
            "invalid_signals": [bursts.left_out.get(INVALID, 0)],
            "messages": _note(bursts, classes, division),
            **_division_notes(bursts, classes, division, by_file=by_file),
            **_domains(bursts, division),
        },
        files=of_file,
        groups=bursts.windows.capture[division.train] if by_file else None,
        allow_duplicates=settings.allow_duplicates,
    )


def _selected(bursts: Bursts, settings: MessageSettings, *, read: bool) -> Bursts:
    """Return the usable messages of the addresses that have enough of them."""
    if read:
        bursts = bursts.select(usable_windows(bursts.windows, settings.drop_invalid), INVALID)
    labels = bursts.windows.labels
    numbers = np.bincount(labels, minlength=len(bursts.windows.label_names))
    kept = bursts.select(numbers[labels] >= settings.min_messages, RARE)
    if settings.max_messages is not None:
        kept = kept.select(_evenly(kept.windows.labels, settings.max_messages), SPARED)
    if not len(kept.windows.labels):
        raise InputError(f"no address has {settings.min_messages} messages; lower min_messages")
    return kept


def _evenly(labels: np.ndarray, most: int) -> np.ndarray:
    """Return which signals to keep, bool [n]: at most this many of each class, evenly spread in their order."""
    keep = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        keep[rows[np.linspace(0, len(rows) - 1, min(most, len(rows))).round().astype(int)]] = True
    return keep


def _divided(bursts: Bursts, settings: MessageSettings) -> Division:
    """Return the parts: the last messages of each transponder for test, or whole recordings."""
    if settings.by_recording:
        return _by_recording(bursts.windows, settings)
    windows = bursts.windows
    _, labels = np.unique(windows.labels, return_inverse=True)
    if settings.holdout_by == "time":
        held_out = chronological_holdout(labels, np.arange(len(labels)), settings.holdout)
    else:
        held_out = group_holdout(labels, windows.capture, settings.holdout, settings.seed)
    if not held_out.any():
        raise InputError(
            f"holdout {settings.holdout} by {settings.holdout_by} leaves the test part empty: it needs transponders "
            f"with two or more {'messages' if settings.holdout_by == 'time' else 'recordings'}"
        )
    note: dict[str, Any] = {"fraction": settings.holdout, "by": settings.holdout_by}
    if settings.holdout_by == "file":
        names = [windows.captures[index].name for index in np.unique(windows.capture[held_out])]
        note |= {"seed": settings.seed, "test_groups": names}
    nothing = np.zeros(0, dtype=np.int64)
    return Division(np.flatnonzero(~held_out), nothing, np.flatnonzero(held_out), note)


def _by_recording(windows: Windows, settings: MessageSettings) -> Division:
    """Return the parts where whole recordings are for test: those of a fold, or with some values of their domains."""
    captures = [replace(each, domains={FILE: each.name, **each.domains}) for each in windows.captures]
    named, usable = replace(windows, captures=captures), np.ones(len(windows.labels), dtype=bool)
    note: dict[str, Any]
    if (fold := parsed_fold(settings.fold)) is not None:
        test, note = fold_of_captures(named, usable, fold)
    else:
        test = selected(named, "test", settings.test or {})
        note = {"values": texts_of(settings.test), "recordings": int(test.sum())}
    held_out = test[windows.capture]
    if held_out.all() or not held_out.any():
        part = "training" if held_out.all() else "the test part"
        setting = "test" if settings.fold is None else "fold"
        raise InputError(f"{setting} leaves {part} without a message; select other recordings")
    nothing = np.zeros(0, dtype=np.int64)
    return Division(np.flatnonzero(~held_out), nothing, np.flatnonzero(held_out), note)


def _part(bursts: Bursts, classes: Classes, indices: np.ndarray, settings: MessageSettings, doing: str) -> Part:
    return Part(
        labels=classes.labels(bursts.windows, indices),
        signal_shape=bursts.windows.shape,
        chunks=partial(bursts.chunks, indices, settings.mask, doing),
        origin=partial(bursts.windows.origin, indices),
    )


def _division_notes(bursts: Bursts, classes: Classes, division: Division, *, by_file: bool) -> dict[str, Any]:
    tested = set(classes.labels(bursts.windows, division.test).tolist())
    number = len(np.unique(bursts.windows.capture[division.train]))
    return {
        "absent_from_test": [name for index, name in enumerate(classes.names) if index not in tested],
        "holdout": dict(division.note),
        **({"groups": {"key": "recording", "number": number}} if by_file else {}),
    }


def _note(bursts: Bursts, classes: Classes, division: Division) -> dict[str, Any]:
    """Return the table of the transponders that are classes, and what was left out."""
    numbers = bursts.numbers()
    return {
        "number": division.number,
        "left_out": {reason: number for reason, number in bursts.left_out.items() if number},
        "emitters": {name: dict(sorted(numbers[name].items())) for name in classes.names},
    }


def _domains(bursts: Bursts, division: Division) -> dict[str, Any]:
    """Return the note on the domains: file, downlink format, and what the pattern says."""
    codes = bursts.windows.capture * (max(FORMATS) + 1) + bursts.downlink_format
    pairs, of_message = np.unique(codes, return_inverse=True)
    domains = [_domain(bursts, *divmod(pair, max(FORMATS) + 1)) for pair in pairs.tolist()]
    return domain_note(domains, of_message[division.train], of_message[division.test])


def _domain(bursts: Bursts, capture: int, kind: int) -> dict[str, str]:
    recording = bursts.windows.captures[capture]
    return {FILE: recording.name, "format": f"DF{kind}", **recording.domains}
