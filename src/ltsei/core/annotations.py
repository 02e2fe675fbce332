"""Types of component parameters, read from their source without importing it.

A parameter states its type and range in the signature, as pydantic and annotated-types read it:
``gamma: Annotated[float, Ge(0)] = 2.0``. `parse` turns the syntax tree of such an annotation into the type itself,
`check` validates a value against it, and `in_words` says what is allowed.
"""

import ast
import functools
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import ConfigDict, TypeAdapter, ValidationError

from ltsei.core.errors import InputError

Spec = str | Mapping[str, Any]
"""A component as YAML writes it: its name, or a mapping of ``name`` and its parameters."""

NAMES: Mapping[str, Any] = {
    **{kind.__name__: kind for kind in (int, float, str, bool, list, Ge, Gt, Le, Lt, MinLen, MaxLen)},
    **{"Annotated": Annotated, "Literal": Literal, "Spec": Spec, "None": None},
}
"""What an annotation may be made of."""
KINDS = {int: "a whole number", float: "a number", str: "text", bool: "true or false", NoneType: "null"}
CONSTRAINTS = {Ge: ("ge", ">="), Gt: ("gt", ">"), Le: ("le", "<="), Lt: ("lt", "<")}
STRICT = ConfigDict(strict=True, allow_inf_nan=False)


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


def nested_family(annotation: Any) -> str | None:
    """Return the family of ``Annotated[Spec, "family"]`` or ``Annotated[list[Spec], "family"]``, else None."""
    return next((item for item in getattr(annotation, "__metadata__", ()) if isinstance(item, str)), None)


def check(annotation: Any, value: Any, where: str) -> Any:
    """Return `value` as its annotation has it (a whole number becomes a float where a float is expected).

    Raises:
        InputError: it does not fit; the message opens with `where`.
    """
    try:
        return adapter(annotation).validate_python(value)
    except ValidationError:
        raise InputError(f"{where}: got {value!r}, expected {in_words(annotation)}{number_hint(value)}") from None


@functools.cache
def adapter(annotation: Any) -> TypeAdapter[Any]:
    """Return pydantic's validator of an annotation."""
    return TypeAdapter(annotation, config=STRICT)


def in_words(annotation: Any) -> str:
    """Return what an annotation allows, such as ``a number in [0, 1) or null``."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _constrained(arguments[0], arguments[1:])
    if origin is Literal:
        return arguments[0] if len(arguments) == 1 else f"one of {', '.join(map(str, arguments))}"
    if origin in (Union, UnionType):
        return " or ".join(map(in_words, arguments))
    if origin is list:
        return f"a list, each {in_words(arguments[0])}"
    return KINDS.get(annotation, "any value")


def number_hint(value: Any) -> str:
    """Return the explanation for a number that YAML 1.1 has read as text, else an empty string."""
    try:
        float(value if isinstance(value, str) else "")
    except ValueError:
        return ""
    return f" (YAML 1.1 reads {value} as text: write a decimal point, as in 1.0e-1)"


def _constrained(kind: Any, metadata: tuple[Any, ...]) -> str:
    limits = {type(item): _bound(item) for item in metadata if type(item) in CONSTRAINTS}
    low = next(((kind, limits[kind]) for kind in (Ge, Gt) if kind in limits), None)
    high = next(((kind, limits[kind]) for kind in (Le, Lt) if kind in limits), None)
    words = in_words(kind)
    if low and high:
        words += f" in {'[' if low[0] is Ge else '('}{low[1]:g}, {high[1]:g}{']' if high[0] is Le else ')'}"
    elif low or high:
        ((constraint, limit),) = (each for each in (low, high) if each)
        words += f" {CONSTRAINTS[constraint][1]} {limit:g}"
    lengths = [
        f"{'at least' if isinstance(item, MinLen) else 'at most'} {_length(item)} entries"
        for item in metadata
        if isinstance(item, MinLen | MaxLen)
    ]
    return ", ".join([words, *lengths])


def _bound(constraint: annotated_types.BaseMetadata) -> float:
    return float(getattr(constraint, CONSTRAINTS[type(constraint)][0]))


def _length(constraint: MinLen | MaxLen) -> int:
    return constraint.min_length if isinstance(constraint, MinLen) else constraint.max_length
