"""Frozen models and single values, validated; what is wrong with them as sentences that a user can act on."""

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from ltsei.core.annotations import members
from ltsei.core.errors import InputError, unknown
from ltsei.core.wording import mismatch, tags

Model = TypeVar("Model", bound=BaseModel)
Path = tuple[Any, ...]
"""Keys and list indices that lead to a value."""
STRICT = ConfigDict(strict=True, allow_inf_nan=False)


class Frozen(BaseModel):
    """A model that cannot change and rejects unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, **STRICT)


def check(annotation: Any, value: Any, where: str) -> Any:
    """Return `value` as its annotation has it (a whole number becomes a float where a float is expected).

    Raises:
        InputError: it does not fit; the message opens with `where`.
    """
    try:
        return adapter(annotation).validate_python(value)
    except ValidationError:
        raise InputError(f"{where}: {mismatch(annotation, value)}") from None


@functools.cache
def adapter(annotation: Any) -> TypeAdapter[Any]:
    """Return pydantic's validator of an annotation."""
    return TypeAdapter(annotation, config=STRICT)


def validate(model: type[Model], value: Any, where: Callable[[str], str]) -> Model:
    """Return `value` as `model`.

    Args:
        model: the type to build.
        value: what YAML gave.
        where: turns the first key of a path inside `value`, or the empty path, into the path that the user wrote.

    Raises:
        InputError: every mistake on a line of its own.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        mistakes = [(_written_path(value, each), each) for each in error.errors(include_url=False)]
    lines = [
        _line(where, path, clause)
        for path, each in mistakes
        if not any(_lies_inside(other, path) for other, _ in mistakes)
        for clause in _clauses(model, value, path, each)
    ]
    raise InputError("\n".join(dict.fromkeys(lines)))


def _line(where: Callable[[str], str], path: Path, clause: str) -> str:
    """Return a mistake with the path that the user wrote; a check of several keys opens its clause with one of them."""
    if not path and (key := re.match(r"\.(\w+)", clause)):
        return where(key[1]) + clause[key.end() :]
    return f"{where(str(path[0]) if path else '')}{_dotted(path[1:])}{clause}"


def annotation_of(field: FieldInfo) -> Any:
    """Return the annotation of a model's field, with the constraints that pydantic keeps apart from it."""
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


def _written_path(value: Any, error: Any) -> Path:
    """Return the parts of an error's location that the user wrote; the rest are names of union members."""
    path: list[Any] = []
    for part in error["loc"]:
        if part in value if isinstance(value, Mapping) else isinstance(value, list) and isinstance(part, int):
            value = value[part]
            path.append(part)
    return (*path, error["loc"][-1]) if error["type"] == "missing" else tuple(path)


def _lies_inside(path: Path, outer: Path) -> bool:
    """Return whether `path` leads into the value at `outer`: the member of a union that fits best gets deepest."""
    return len(path) > len(outer) and path[: len(outer)] == outer


def _dotted(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)


def _clauses(model: type[BaseModel], value: Any, path: Path, error: Any) -> Iterator[str]:
    """Yield what follows the path on each line of a mistake."""
    kind = error["type"]
    if kind == "value_error":
        yield from str(error["ctx"]["error"]).splitlines()
    elif kind == "missing":
        yield ": missing, and it has no default"
    elif kind == "extra_forbidden":
        yield f": {unknown(path[-1], _keys(*_at(model, value, path[:-1])), 'key')}"
    elif kind == "union_tag_invalid":
        names = [tag for member in members(_at(model, value, path)[0]) for tag in tags(member)]
        yield f": {unknown(error['ctx']['tag'], names, path[-1])}"
    elif error["loc"][-1:] == ("[key]",):
        yield f": {mismatch(_key_type(_at(model, value, path[:-1])[0]), path[-1])}"
    else:
        yield f": {mismatch(*_at(model, value, path))}"


def _at(annotation: Any, value: Any, path: Path) -> tuple[Any, Any]:
    """Return the annotation of the value at `path`, and that value."""
    for part in path:
        annotation, value = _inside(annotation, value, part), value[part]
    return annotation, value


def _inside(annotation: Any, value: Any, part: Any) -> Any:
    """Return the annotation of an item or a field of `value`; Any where the annotation has no such part."""
    for member in members(annotation):
        if get_origin(member) in (dict, list):
            return get_args(member)[-1]
        if part in (fields := _fields(member, value)):
            return annotation_of(fields[part])
    return Any


def _keys(annotation: Any, value: Any) -> list[str]:
    return [key for member in members(annotation) for key in _fields(member, value)]


def _fields(model: Any, value: Any) -> dict[str, FieldInfo]:
    """Return the keys of a model and their fields; none for another type, or for a model that `value` is not."""
    if tags(model) and value.get("name") not in tags(model):
        return {}
    return {field.alias or name: field for name, field in getattr(model, "model_fields", {}).items()}


def _key_type(annotation: Any) -> Any:
    return next(get_args(member)[0] for member in members(annotation) if get_origin(member) is dict)
