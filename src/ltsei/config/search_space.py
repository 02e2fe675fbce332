"""The parameters of a method that trials vary: declared beside each parameter, or set by the experiment file."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from ltsei.config.stages import STAGES, component_fields
from ltsei.config.tuning import Range
from ltsei.core import registry
from ltsei.core.annotations import members, search_range
from ltsei.core.errors import InputError
from ltsei.core.parsing import Frozen, annotation_of
from ltsei.core.search import Search

Stages = Mapping[str, Frozen]
"""Stage of a method -> its settings."""
KEY = re.compile(r"\w+")


class Dimension(Frozen):
    """A parameter that trials vary.

    Attributes:
        name: stage, keys and list indices: ``stage1.loss.gamma``, ``stage3.steps[0].tau``.
        column: of the design; a parameter of the recipe, such as `lr` of stage 1, has the same one in every method.
        default: value in the recipe.
        low: smallest value.
        high: largest value.
        logarithmic: whether values are spread evenly in their logarithm.
        whole: whether values are whole numbers.
    """

    name: str
    column: int
    default: int | float
    low: float
    high: float
    logarithmic: bool
    whole: bool


def search_space(stages: Stages, changes: Mapping[str, Range | None] | None = None) -> tuple[Dimension, ...]:
    """Return the dimensions of a method's trials; parameters that are not numbers in the recipe do not vary.

    Args:
        stages: whose parameters vary.
        changes: a parameter's name, or the last part of it -> its range, or None: it does not vary.
    """
    changes, columns = changes or {}, _columns_of_recipes()
    dimensions: list[Dimension] = []
    for name, annotation, value in _parameters(stages):
        key = next((key for key in (name, name.rpartition(".")[2]) if key in changes), None)
        search = search_range(annotation) if key is None else changes[key]
        if search is None or not _is_number(value):
            continue
        column = columns.setdefault(name, len(columns))
        dimensions.append(_dimension(name, column, search, annotation, value))
    return tuple(dimensions)


def numbers(stages: Stages) -> list[str]:
    """Return the name of every parameter that is a number, whether it varies or not."""
    return [name for name, _, value in _parameters(stages) if _is_number(value)]


def with_values(stages: Stages, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of stages with other values of some parameters; those of other stages are left out.

    Raises:
        ValueError: a value is out of its range.
    """
    changed = {stage: settings.model_dump() for stage, settings in stages.items()}
    for name, value in values.items():
        *keys, last = [int(key) if key.isdecimal() else key for key in KEY.findall(name)]
        if keys[0] in changed:
            place: Any = changed
            for key in keys:
                place = place[key]
            place[last] = value
    return {stage: type(stages[stage]).model_validate(settings) for stage, settings in changed.items()}


def _dimension(name: str, column: int, search: Range | Search, annotation: Any, value: float) -> Dimension:
    factor = value if search.scale == "factor" else 1
    if search.scale != "linear" and factor * search.low <= 0:
        raise InputError(
            f"{name}: its range multiplies the recipe's value, which is {value:g}; give it another range under "
            "`tuning.search`, or null: it does not vary"
        )
    whole = float not in members(annotation)
    low, high = factor * search.low, factor * search.high
    return Dimension(
        name=name,
        column=column,
        default=value,
        low=max(1, round(low)) if whole else low,
        high=round(high) if whole else high,
        logarithmic=search.scale != "linear",
        whole=whole,
    )


def _parameters(stages: Stages) -> Iterator[tuple[str, Any, Any]]:
    """Yield (name, annotation, value) of every parameter: those of the recipe, then those of components."""
    for stage, settings in stages.items():
        yield from _of_recipe(stage, settings)
    for stage, settings in stages.items():
        for name, family in component_fields(settings).items():
            yield from _of_components(f"{stage}.{name}", family, getattr(settings, name))


def _of_recipe(where: str, settings: BaseModel) -> Iterator[tuple[str, Any, Any]]:
    """Yield the parameters of a recipe, and those of its optimizer and schedule."""
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            yield from _of_recipe(f"{where}.{name}", value)
        elif name not in component_fields(settings):
            yield f"{where}.{name}", annotation_of(field), value


def _of_components(name: str, family: str, value: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield the parameters of a component or of each in a list, nested ones included."""
    if isinstance(value, list):
        for index, spec in enumerate(value):
            yield from _of_components(f"{name}[{index}]", family, spec)
    elif value is not None:
        for key, parameter in registry.parameters(family, value["name"]).items():
            if parameter.family is None:
                yield f"{name}.{key}", parameter.annotation, value[key]
            else:
                yield from _of_components(f"{name}.{key}", parameter.family, value[key])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _columns_of_recipes() -> dict[str, int]:
    """Return the column of each parameter of a recipe that declares a range."""
    names = [
        f"{stage}.{name}"
        for stage, model in STAGES.items()
        for name, field in model.model_fields.items()
        if search_range(annotation_of(field))
    ]
    return {name: column for column, name in enumerate(names)}
