"""A pattern for names of files that only differ in places: a proposal, nothing is decided by it."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from ltsei.core.errors import InputError
from ltsei.data.captures.name_pattern import LABEL, NamePattern

SEPARATORS = re.compile(r"([_\-])")
NUMBERED = re.compile(r"([A-Za-z]*)([0-9]+)([A-Za-z]*)")


def guessed_pattern(paths: Sequence[Path]) -> str | None:
    """Return a pattern with ``{label}`` that all names match in one way; None where none suggests itself.

    What differs between the names, split at ``_`` and ``-``, becomes a field: ``run1`` and ``run2`` are ``run{run:d}``,
    the first part that is not a number with letters is the label, or the first of all where every part is one.
    """
    root = Path(os.path.commonpath([path.parent for path in paths]))
    names = [path.relative_to(root).with_suffix("").as_posix() for path in paths]
    rows = [SEPARATORS.split(name.replace("/", "_/_")) for name in names]
    if len({len(row) for row in rows}) > 1 or len(set(names)) < 2:
        return None
    fields: dict[str, None] = {}
    parts = [_part(column, fields) for column in zip(*rows, strict=True)]
    text = "".join(parts).replace("_/_", "/")
    if LABEL not in fields and fields:
        first = next(iter(fields))
        text = re.sub(rf"\{{{first}(:\w)?\}}", r"{label\1}", text)
    try:
        pattern = NamePattern(text)
        for path in paths:
            pattern.values(path)
    except InputError:
        return None
    return text


def _part(values: Sequence[str], fields: dict[str, None]) -> str:
    """Return the text or the field for one part of all names; add its name to the fields."""
    if len(set(values)) == 1:
        return values[0]
    matches = [NUMBERED.fullmatch(value) for value in values]
    around = {(match[1], match[3]) for match in matches if match}
    if None in matches or len(around) > 1:
        name = LABEL if LABEL not in fields else f"part{len(fields) + 1}"
        fields[name] = None
        return f"{{{name}:w}}" if all(value.isascii() and value.isalnum() for value in values) else f"{{{name}}}"
    ((before, after),) = around
    name = (before or after).lower() or f"part{len(fields) + 1}"
    name = f"{name}{len(fields) + 1}" if name in fields else name
    fields[name] = None
    return f"{before}{{{name}:d}}{after}"
