"""Types of component parameters, read from their source without importing it.

A parameter states its type and range in the signature, as pydantic and annotated-types read it:
``gamma: Annotated[float, Ge(0)] = 2.0``. `parse` turns the syntax tree of such an annotation into the type itself.
"""

import ast
import re
from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen

from ltsei.core.errors import InputError
from ltsei.core.search import Search

Spec = str | Mapping[str, Any]
"""A component as YAML writes it: its name, or a mapping of ``name`` and its parameters."""
Criterion = Literal["val_loss", "val_accuracy", "val_balanced_accuracy", "val_macro_f1", "val_balanced_loss"]
"""A validation score that decides on epochs and parameters: lower is better of losses, higher of the others."""

NAMES: Mapping[str, Any] = {
    **{kind.__name__: kind for kind in (int, float, str, bool, list, dict, Ge, Gt, Le, Lt, MinLen, MaxLen, Search)},
    **{"Annotated": Annotated, "Literal": Literal, "Spec": Spec, "Criterion": Criterion, "None": None},
}
"""What an annotation may consist of."""
UNQUOTED = re.compile(r"[-+]?\d+|[-+]?\d+\.\d*([eE][-+]\d+)?|true|false")
"""Texts that YAML 1.1 would not read as text without quotes."""


def parse(node: ast.expr) -> Any:
    """Return the type that an annotation's syntax tree denotes; InputError where it uses anything beyond `NAMES`."""
    match node:
        case ast.Name(id=name) if name in NAMES:
            return NAMES[name]
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -parse(operand)
        case ast.Tuple(elts=elements):
            return tuple(map(parse, elements))
        case ast.Subscript(value=outer, slice=inner):
            return parse(outer)[parse(inner)]
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return parse(left) | parse(right)
        case ast.Call(func=function, args=arguments):
            return parse(function)(*map(parse, arguments))
    raise InputError(f"line {node.lineno}: annotation {ast.unparse(node)!r}: allowed are {', '.join(NAMES)}")


def search_range(annotation: Any) -> Search | None:
    """Return the range for tuning that an annotation, or a member of its union, declares; None where none does."""
    marks = [mark for part in (annotation, *get_args(annotation)) for mark in getattr(part, "__metadata__", ())]
    return next((mark for mark in marks if isinstance(mark, Search)), None)


def nested_family(annotation: Any) -> str | None:
    """Return the family of ``Annotated[Spec, "family"]`` or ``Annotated[list[Spec], "family"]``, else None.

    The mark may also be an object with the attribute `family`.
    """
    marks = (getattr(item, "family", item) for item in getattr(annotation, "__metadata__", ()))
    return next((mark for mark in marks if isinstance(mark, str)), None)


def members(annotation: Any) -> tuple[Any, ...]:
    """Return the types that a union consists of, without what annotates them; a lone type is its only member."""
    if get_origin(annotation) is Annotated:
        return members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return tuple(member for part in get_args(annotation) for member in members(part))
    return (annotation,)


def number_hint(value: Any) -> str:
    """Return why a text that looks like a number, true or false is none, else an empty string."""
    if not isinstance(value, str):
        return ""
    if UNQUOTED.fullmatch(value):
        return (
            " (this is text: remove the quotes; values inside `--config 'key={...}'` are always text, so write them "
            "into an overlay)"
        )
    try:
        float(value)
    except ValueError:
        return ""
    return f" (YAML 1.1 reads {value} as text: write a decimal point, as in 1.0e-1)"
