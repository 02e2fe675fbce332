"""What an annotation allows, in words: one wording for every value of the experiment file and for its reference."""

import difflib
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel

from ltsei.core.annotations import members, nested_family, number_hint

NOUNS: Mapping[Any, tuple[str, str]] = {
    int: ("a whole number", "whole numbers"),
    float: ("a number", "numbers"),
    str: ("text", "texts"),
    bool: ("true or false", "true or false"),
    dict: ("a mapping", "mappings"),
    list: ("a list", "lists"),
    NoneType: ("null", "null"),
}
"""Each type in the singular and in the plural."""
LIMITS = {Ge: "ge", Gt: "gt", Le: "le", Lt: "lt"}
"""The attribute that holds the limit of each constraint."""


@dataclass(frozen=True)
class Words:
    """Words for an annotated type whose constraint, such as a pattern, is hard to read."""

    one: str
    many: str


def as_yaml(literal: Any) -> str:
    """Return a literal of a signature as YAML writes it."""
    return str(literal).lower() if isinstance(literal, bool) else str(literal)


def mismatch(annotation: Any, value: Any) -> str:
    """Return the clause for a value that does not fit: what was given, what is allowed, how to fix it."""
    got = "null (no value)" if value is None else repr(value)
    return f"got {got}, expected {in_words(annotation)}{_hint(annotation, value)}"


def in_words(annotation: Any, *, quote: Callable[[Any], str] = as_yaml, plural: bool = False) -> str:
    """Return what an annotation allows, such as ``a number in [0, 1) or null``.

    Args:
        annotation: a type that pydantic can validate.
        quote: turns a literal, a key or the name of a family into text.
        plural: whether the words are for several such values.
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _annotated(annotation, quote, plural)
    if origin is Literal:
        return _one_of(map(quote, arguments), plural)
    if origin in (Union, UnionType):
        names = [name for member in arguments for name in tags(member)]
        options = (in_words(option, quote=quote, plural=plural) for option in arguments)
        return _one_of(map(quote, names), plural) if names else " or ".join(options)
    if origin is list:
        return f"{NOUNS[list][plural]} of {in_words(arguments[0], quote=quote, plural=True)}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        keys = (field.alias or name for name, field in annotation.model_fields.items())
        return f"{NOUNS[dict][plural]} of {', '.join(map(quote, keys))}"
    return NOUNS.get(origin or annotation, ("any value", "any values"))[plural]


def tags(model: Any) -> tuple[str, ...]:
    """Return the values of a model's field `name`, by which a union chooses it; none where it has no such field."""
    fields = getattr(model, "model_fields", {})
    return get_args(fields["name"].annotation) if "name" in fields else ()


def _annotated(annotation: Any, quote: Callable[[Any], str], plural: bool) -> str:
    kind, metadata = annotation.__origin__, annotation.__metadata__
    words = next((item for item in metadata if isinstance(item, Words)), None)
    if words:
        return words.many if plural else words.one
    family = nested_family(annotation)
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        items = f"components of {quote(family)}" if family else in_words(item, quote=quote, plural=True)
        length = _length(metadata)
        return f"{NOUNS[list][plural]} of {length}{items.removeprefix('any ') if length else items}"
    if family:
        optional = " or null" if NoneType in members(kind) else ""
        return f"{'components' if plural else 'a component'} of {quote(family)}{optional}"
    return in_words(kind, quote=quote, plural=plural) + _range(metadata)


def _one_of(options: Iterable[str], plural: bool) -> str:
    choices = list(options)
    return choices[0] if len(choices) == 1 else f"{'any' if plural else 'one'} of {', '.join(choices)}"


def _range(metadata: Iterable[Any]) -> str:
    """Return the limits among an annotation's metadata: `` in [0, 1)``, `` >= 0``, or nothing."""
    low = high = None
    for item in metadata:
        low = item if isinstance(item, Ge | Gt) else low
        high = item if isinstance(item, Le | Lt) else high
    if low and high:
        left, right = "[" if isinstance(low, Ge) else "(", "]" if isinstance(high, Le) else ")"
        return f" in {left}{_limit(low)}, {_limit(high)}{right}"
    if low:
        return f" {'>=' if isinstance(low, Ge) else '>'} {_limit(low)}"
    return f" {'<=' if isinstance(high, Le) else '<'} {_limit(high)}" if high else ""


def _limit(constraint: Any) -> str:
    return f"{getattr(constraint, LIMITS[type(constraint)]):.10g}"


def _length(metadata: Iterable[Any]) -> str:
    """Return how many items a list may have, as in ``3 ``; nothing where any number is allowed."""
    least = next((item.min_length for item in metadata if isinstance(item, MinLen)), 0)
    most = next((item.max_length for item in metadata if isinstance(item, MaxLen)), None)
    if most is None:
        return f"{least} or more " if least else ""
    return f"{most} " if most == least else f"{least} to {most} "


def _hint(annotation: Any, value: Any) -> str:
    """Return how to fix a value, where that can be told."""
    if isinstance(value, float) and not math.isfinite(value):
        return "; it must be finite"
    options = members(annotation)
    if any(get_origin(option) is list for option in options) and isinstance(value, str | int | float):
        return f": write [{value}]"
    choices = [str(choice) for option in options if get_origin(option) is Literal for choice in get_args(option)]
    nearest = difflib.get_close_matches(str(value), choices, n=1)
    if nearest:
        return f" (did you mean {nearest[0]!r}?)"
    return number_hint(value) if any(option in (int, float, bool) for option in options) else ""
