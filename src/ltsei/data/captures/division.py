"""Which recordings are for training, validation and test: whole ones, by their domains or by a random holdout."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ltsei.core.errors import InputError, unknown
from ltsei.data.captures.settings import CaptureSettings, Wanted, as_texts
from ltsei.data.captures.windows import Windows
from ltsei.data.group_folds import Fold, parsed_fold
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
        part: selected(windows, part, wanted)
        for part, wanted in (("test", settings.test), ("val", settings.val))
        if wanted is not None
    }
    nothing = np.zeros(len(windows.captures), dtype=bool)
    val = chosen.get("val", nothing)
    free, fold = usable & ~val[windows.capture], parsed_fold(settings.fold)
    if fold is not None:
        test, note = fold_of_captures(windows, free, fold)
    elif settings.holdout is None:
        test, note = chosen["test"], {"values": texts_of(settings.test)}
    else:
        test, note = _held_out(windows, free, settings)
    both = np.flatnonzero(val & test)
    if len(both):
        name = windows.captures[both[0]].name
        raise InputError(f"test and val both select {name}; name further domains, so that they select different ones")
    of_part = {"test": test, "val": val, "train": ~(test | val)}
    masks = {part: usable & captures[windows.capture] for part, captures in of_part.items()}
    if not masks["train"].any():
        raise InputError("test and val leave no recording for training; select fewer values")
    return Division(**{part: np.flatnonzero(mask) for part, mask in masks.items()}, note=note)


def texts_of(wanted: Mapping[str, Wanted] | None) -> dict[str, list[str]]:
    """Return domain -> its wanted values as texts."""
    return {name: as_texts(values) for name, values in (wanted or {}).items()}


def selected(windows: Windows, part: str, wanted: Mapping[str, Wanted]) -> np.ndarray:
    """Return which recordings have one of the wanted values in each of these domains, bool."""
    mask = np.ones(len(windows.captures), dtype=bool)
    for name, texts in texts_of(wanted).items():
        values = _values(windows, name, f"{part}.{name}")
        for text in texts:
            if text not in values:
                raise InputError(f"{part}.{name}: {unknown(text, set(values), 'value')}")
        mask &= np.isin(values, texts)
    if not mask.any():
        raise InputError(f"{part}: no recording has all of these values: {texts_of(wanted)}")
    return mask


def _values(windows: Windows, domain: str, where: str) -> list[str]:
    """Return the value of a domain of each recording; InputError, which names the setting, where there is no such."""
    known = windows.captures[0].domains
    if domain not in known:
        raise InputError(f"{where}: {unknown(domain, known, 'domain')}; the fields of `pattern` are domains, too")
    return [capture.domains[domain] for capture in windows.captures]


def fold_of_captures(windows: Windows, usable: np.ndarray, fold: Fold) -> tuple[np.ndarray, dict[str, Any]]:
    """Return which recordings are in the fold for the test part, bool, and a note on it; only usable windows count."""
    groups = np.array([capture.name for capture in windows.captures])
    if fold.by is not None:
        groups = np.array(_values(windows, fold.by, "fold.by"))
    indices = np.flatnonzero(usable)
    in_fold = fold.chosen(windows.labels[indices], groups[windows.capture[indices]])
    test = np.isin(np.arange(len(windows.captures)), windows.capture[indices[in_fold]])
    return test, fold.note(fold.by or GROUP, groups[test])


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
