"""Which recordings are for training, validation and test: whole ones, by their domains or by a random holdout."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ltsei.core.errors import InputError, unknown
from ltsei.data.captures.settings import CaptureSettings, Wanted, as_texts
from ltsei.data.captures.windows import Windows
from ltsei.data.readers.holdout import group_holdout

GROUP = "recording"
"""What the notes call the groups that are never divided."""


@dataclass(frozen=True)
class Division:
    """The windows of each part, as ascending indices.

    Attributes:
        train: without those for validation.
        val: only those that a domain selects.
        test: for the test part.
        note: for the record.
    """

    train: np.ndarray
    val: np.ndarray
    test: np.ndarray
    note: Mapping[str, Any]

    @property
    def number(self) -> int:
        """Number of windows in all parts."""
        return len(self.train) + len(self.val) + len(self.test)


def divide(windows: Windows, usable: np.ndarray, settings: CaptureSettings) -> Division:
    """Return the parts; `usable` is bool [n]. InputError where a part would be empty, or a domain does not exist."""
    chosen = {
        part: _selected(windows, part, wanted)
        for part, wanted in (("test", settings.test), ("val", settings.val))
        if wanted is not None
    }
    nothing = np.zeros(len(windows.captures), dtype=bool)
    val = chosen.get("val", nothing)
    if settings.holdout is None:
        test, note = chosen["test"], {"values": _texts(settings.test)}
    else:
        test, note = _held_out(windows, usable & ~val[windows.capture], settings)
    both = np.flatnonzero(val & test)
    if len(both):
        name = windows.captures[both[0]].name
        raise InputError(f"test and val both select {name}; name further domains, so that they select different ones")
    of_part = {"test": test, "val": val, "train": ~(test | val)}
    masks = {part: usable & selected[windows.capture] for part, selected in of_part.items()}
    if not masks["train"].any():
        raise InputError("test and val leave no recording for training; select fewer values")
    return Division(**{part: np.flatnonzero(mask) for part, mask in masks.items()}, note=note)


def _texts(wanted: Mapping[str, Wanted] | None) -> dict[str, list[str]]:
    return {name: as_texts(values) for name, values in (wanted or {}).items()}


def _selected(windows: Windows, part: str, wanted: Mapping[str, Wanted]) -> np.ndarray:
    """Return which recordings have one of the wanted values in each of these domains, bool."""
    selected = np.ones(len(windows.captures), dtype=bool)
    for name, texts in _texts(wanted).items():
        known = windows.captures[0].domains
        if name not in known:
            raise InputError(f"{part}.{name}: {unknown(name, known, 'domain')} (fields of the pattern, or `domains`)")
        values = [capture.domains[name] for capture in windows.captures]
        for text in texts:
            if text not in values:
                raise InputError(f"{part}.{name}: {unknown(text, set(values), 'value')}")
        selected &= np.isin(values, texts)
    if not selected.any():
        raise InputError(f"{part}: no recording has all of these values: {_texts(wanted)}")
    return selected


def _held_out(windows: Windows, usable: np.ndarray, settings: CaptureSettings) -> tuple[np.ndarray, dict[str, Any]]:
    """Return which recordings are held out for the test part, bool, and a note on them."""
    fraction, indices = settings.holdout or 0.0, np.flatnonzero(usable)
    labels, groups = windows.labels[indices], windows.capture[indices]
    _, contiguous = np.unique(labels, return_inverse=True)
    held_out = group_holdout(contiguous, groups, fraction, settings.seed)
    test = np.isin(np.arange(len(windows.captures)), groups[held_out])
    if not test.any():
        raise InputError(
            f"holdout {fraction} leaves the test part empty, since no recording can be spared: each class needs two or "
            "more recordings, for windows of one are never in two parts"
        )
    names = [capture.name for capture, chosen in zip(windows.captures, test, strict=True) if chosen]
    return test, {"fraction": fraction, "seed": settings.seed, "group_key": GROUP, "test_groups": names}
