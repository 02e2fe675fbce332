"""Which file holds the labels of a file of signals; only names decide, nothing is opened."""

import re
from pathlib import Path

from ltsei.core.errors import InputError
from ltsei.data.readers.file_errors import AmbiguityError

ONE_ARRAY = (".npy",)
"""Suffixes of files that hold one array, so that the labels are in another file."""


def label_file(signals: Path, named: str | None) -> Path | None:
    """Return the file of the labels: the `named` one, the partner of a .npy file, or the file of the signals itself.

    None where a .npy file has no partner.
    """
    if named is not None:
        return Path(named)
    if signals.suffix.lower() not in ONE_ARRAY:
        return signals
    partner = partner_of(signals)
    return partner if partner is not None and partner.is_file() else None


def partner_of(signals: Path) -> Path | None:
    """Return where the labels of ``X_train.npy`` are expected, ``Y_train.npy``; None for a name without such an x."""
    return _renamed(signals, "xX", 1)


def required_label_file(signals: Path, named: str | None) -> Path:
    """Return `label_file`; AmbiguityError where a .npy file has no partner."""
    path = label_file(signals, named)
    if path is not None:
        return path
    partner = partner_of(signals)
    reason = "its name has no x to replace by y" if partner is None else f"{partner.name} is not beside it"
    raise AmbiguityError(
        f"{signals}: no labels, since a .npy file holds one array and {reason}: "
        "set train_labels/test_labels/val_labels",
        train_labels="FILE",
    )


def refuse_labels(signals: Path) -> None:
    """Raise InputError where `signals` is ``Y_train.npy`` and ``X_train.npy`` is beside it."""
    other = _renamed(signals, "yY", -1)
    if signals.suffix.lower() in ONE_ARRAY and other is not None and other.is_file():
        raise InputError(f"{signals}: by its name this file holds the labels of {other.name}; name that file instead")


def _renamed(path: Path, letters: str, step: int) -> Path | None:
    """Return `path` with one of `letters`, where it stands alone, moved by `step` in the alphabet; None without one."""
    pattern = rf"(?<![A-Za-z])[{letters}](?![A-Za-z])|^[{letters}](?=[Tt]rain|[Tt]est|[Vv]al)"
    name, replaced = re.subn(pattern, lambda match: chr(ord(match.group()) + step), path.name, count=1)
    return path.with_name(name) if replaced else None
