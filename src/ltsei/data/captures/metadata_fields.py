"""Fields of SigMF metadata by their names: ``core:label``, ``global.core:hw``, ``genesys:transmitter.model``."""

from collections.abc import Mapping
from typing import Any

from ltsei.core.errors import InputError

SECTIONS = ("annotations", "captures", "global")
"""From the most to the least specific one."""


def in_section(field: str, section: str) -> str | None:
    """Return the name of a field within a section; None where the field names another section."""
    first, _, rest = field.partition(".")
    if first in SECTIONS and rest:
        return rest if first == section else None
    return field


def value(fields: Mapping[str, Any], name: str) -> str | None:
    """Return the value of a field as text, None where there is none; ``label`` also finds ``core:label``.

    Raises:
        InputError: the field holds several values; the message does not say where.
    """
    dotted = name.replace(":", ".")
    entry = _entry(fields, dotted)
    if entry is None:
        entry = _entry(fields, f"core.{dotted}")
    if isinstance(entry, Mapping):
        inside = ", ".join(f"{name}.{key}" for key in entry)
        raise InputError(f"the field {name} holds several fields; name one of {inside}")
    if isinstance(entry, list):
        raise InputError(f"the field {name} holds a list, expected a text or a number")
    return None if entry is None else str(entry).strip() or None


def first_value(field: str, sections: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return the value of a field in the most specific of some sections that has it, None where none does."""
    for section in SECTIONS:
        name = in_section(field, section)
        if name is not None and section in sections and (text := value(sections[section], name)) is not None:
            return text
    return None


def _entry(fields: Any, name: str) -> Any:
    """Return the value of a dotted name, in which a namespace is separated by a dot, too."""
    if not isinstance(fields, Mapping):
        return None
    for key, content in fields.items():
        dotted = str(key).replace(":", ".")
        if dotted == name:
            return content
        if name.startswith(f"{dotted}.") and (inner := _entry(content, name[len(dotted) + 1 :])) is not None:
            return inner
    return None
