"""The lines for the configuration that `ltsei inspect` proposes."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ltsei.data.readers.open_signal_file import yaml_scalar

UNUSABLE = "Not usable as it is"
"""Opens the last line of a report on files that cannot be read as they are."""


def entry(
    path: Path,
    source: Mapping[str, Any],
    proposed: Sequence[str],
    *,
    comments: Sequence[str] = (),
    is_given: bool = False,
    length: int | None = None,
) -> list[str]:
    """Return the lines of a data set for the configuration.

    Args:
        path: of the files, from which the data set has its name.
        source: its settings.
        proposed: those that the user has not given.
        comments: lines below the settings of the source.
        is_given: whether the source has validation signals of its own.
        length: of the data set, if its parts need it.
    """
    return [
        "For `datasets` in the configuration" + (f" (proposed: {', '.join(proposed)}):" if proposed else ":"),
        f"  {_name(path.stem) or _name(path.parent.name) or 'signals'}:",
        "    source:",
        *(f"      {key}: {yaml_scalar(value)}" for key, value in source.items()),
        *comments,
        *(["    split: {validation: given}"] if is_given else []),
        *([f"    length: {length}"] if length else []),
    ]


def _name(text: str) -> str:
    """Return a name for a data set, made of the letters and digits of a file name."""
    return re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").lower()
