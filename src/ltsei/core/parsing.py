"""Frozen models, and their errors as sentences that a user can act on."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from ltsei.core.annotations import number_hint
from ltsei.core.errors import InputError, unknown

Model = TypeVar("Model", bound=BaseModel)


class Frozen(BaseModel):
    """A model that cannot change and rejects unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def validate(model: type[Model], value: Any, where: Callable[[str], str]) -> Model:
    """Return `value` as `model`.

    Args:
        model: the type to build.
        value: what YAML gave.
        where: turns a dotted path inside `value` into the one which the user wrote.

    Raises:
        InputError: every mistake on a line of its own.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        lines = dict.fromkeys(_sentence(model, value, item, where) for item in error.errors())
        raise InputError("\n".join(lines)) from None


def _sentence(model: type[BaseModel], value: Any, error: Any, where: Callable[[str], str]) -> str:
    path = _written_path(value, error["loc"], keep_last=error["type"] == "missing")
    dotted = where(".".join(map(str, path)))
    if error["type"] == "value_error":
        return f"{dotted}{error['ctx']['error']}"
    if error["type"] == "missing":
        return f"{dotted}: missing, and it has no default"
    if error["type"] == "extra_forbidden":
        owner = _model_at(model, error["loc"][:-1])
        keys = [field.alias or name for name, field in owner.model_fields.items()] if owner else []
        return f"{dotted}: {unknown(path[-1], keys, 'key')}"
    if error["type"] == "list_type":
        return f"{dotted}: got {error['input']!r}, expected a list: write [{error['input']}]"
    expected = error["msg"].removeprefix("Input should be ")
    return f"{dotted}: got {error['input']!r}, expected {expected}{number_hint(error['input'])}"


def _written_path(value: Any, location: Sequence[Any], keep_last: bool) -> list[Any]:
    """Return the parts of pydantic's location which the user wrote; the rest are names of union members."""
    path = []
    for part in location:
        inside = part in value if isinstance(value, Mapping) else isinstance(value, list) and isinstance(part, int)
        if inside:
            value = value[part]
            path.append(part)
    return [*path, location[-1]] if keep_last else path


def _model_at(annotation: Any, location: Sequence[Any]) -> type[BaseModel] | None:
    """Return the model which an annotation holds at pydantic's location, in which tags name members of a union."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not location:
            return annotation
        fields = {field.alias or name: field.annotation for name, field in annotation.model_fields.items()}
        if location[0] in fields:
            return _model_at(fields[location[0]], location[1:])
        return _model_at(annotation, location[1:]) if location[0] in get_args(fields.get("name")) else None
    keyed = getattr(annotation, "__origin__", None) in (dict, list)
    if keyed and not location:
        return None
    found = (_model_at(argument, location[1:] if keyed else location) for argument in get_args(annotation))
    return next((model for model in found if model is not None), None)
