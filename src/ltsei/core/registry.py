"""Component families: a folder is a family, a file is a member, its `build` signature is its schema.

Everything that the configuration needs (names, parameters, requirements) is read with `ast`, so that no component is
imported before a job builds it.
"""

import ast
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ltsei.core import annotations
from ltsei.core.annotations import Spec
from ltsei.core.errors import InputError, unknown

FOLDER = Path(__file__).parents[1] / "components"
FAMILIES = (
    "sources",
    "losses",
    "class_weights",
    "class_weights/schedules",
    "samplers",
    "augmentations",
    "backbones",
    "heads",
    "stage2_modes",
    "stage3_steps",
)
REQUIRED = object()
"""Stands for the default of a parameter which has none."""


@dataclass(frozen=True)
class Parameter:
    """One keyword parameter of a component's `build`.

    Attributes:
        annotation: its type and range.
        default: the literal in the signature, or `REQUIRED`.
        family: the family of a nested component or of a list of them, else None.
    """

    annotation: Any
    default: Any
    family: str | None

    @property
    def is_list(self) -> bool:
        """Whether it is a list of components."""
        return self.family is not None and self.annotation.__origin__ == list[Spec]


def module_name(family: str, name: str) -> str:
    """Return the dotted module of a component."""
    return f"ltsei.components.{family.replace('/', '.')}.{name}"


@functools.cache
def names(family: str) -> tuple[str, ...]:
    """Return a family's members: the files in its folder, those with a leading underscore left out."""
    return tuple(sorted(path.stem for path in (FOLDER / family).glob("*.py") if not path.name.startswith("_")))


@functools.cache
def parameters(family: str, name: str) -> Mapping[str, Parameter]:
    """Return the keyword parameters of a component's `build`, read from its source.

    Raises:
        InputError: the file is not Python, has no `build`, or an annotation cannot be read.
    """
    path = FOLDER / family / f"{name}.py"
    try:
        body = syntax_tree(family, name).body
        function = next(node for node in body if isinstance(node, ast.FunctionDef) and node.name == "build")
    except SyntaxError as error:
        raise InputError(f"{error.filename}, line {error.lineno}: {error.msg}") from error
    except StopIteration:
        raise InputError(f"{path}: has no function `build`") from None
    pairs = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    try:
        return {argument.arg: _parameter(argument, default) for argument, default in pairs}
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def declared(family: str, name: str, constant: str, default: Any) -> Any:
    """Return a component's literal module constant (such as ``REQUIRES``), or `default` where it has none."""
    for node in syntax_tree(family, name).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == constant:
            return ast.literal_eval(node.value)
    return default


@functools.cache
def syntax_tree(family: str, name: str) -> ast.Module:
    """Return the parsed source of a component."""
    path = FOLDER / family / f"{name}.py"
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def resolve(family: str, spec: Spec, where: str) -> dict[str, Any]:
    """Return `spec` as a mapping of ``name`` and every parameter, defaults filled in, nested components resolved.

    Raises:
        InputError: unknown name or parameter, missing value, or one of the wrong type or out of range; `where` opens
            the message.
    """
    if not isinstance(spec, str | Mapping):
        raise InputError(f"{where}: got {spec!r}, expected the name of a component or a mapping with `name`")
    given = {"name": spec} if isinstance(spec, str) else dict(spec)
    name = given.pop("name", None)
    if name not in names(family):
        raise InputError(f"{where}: {unknown(name, names(family), f'member of {family}')}")
    try:
        known = parameters(family, name)
    except InputError as error:
        raise InputError(f"{where}: {error}") from error
    for key in given:
        if key not in known:
            raise InputError(f"{where}.{key}: {unknown(key, known, f'parameter of {name}')}")
    values = {key: _value(given.get(key, each.default), each, f"{where}.{key}") for key, each in known.items()}
    return {"name": name, **values}


def nested_names(family: str, spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (family, name) of a resolved component and of every component inside it."""
    yield from ((inner, each["name"]) for inner, each in nested_specs(family, spec))


def nested_specs(family: str, spec: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (family, specification) of a resolved component and of every component inside it."""
    yield family, spec
    for key, parameter in parameters(family, spec["name"]).items():
        if parameter.family is not None and spec[key] is not None:
            for inner in spec[key] if isinstance(spec[key], list) else [spec[key]]:
                yield from nested_specs(parameter.family, inner)


def _parameter(argument: ast.arg, default: ast.expr | None) -> Parameter:
    annotation = annotations.parse(argument.annotation) if argument.annotation else Any
    value = REQUIRED if default is None else ast.literal_eval(default)
    return Parameter(annotation, value, annotations.nested_family(annotation))


def _value(value: Any, parameter: Parameter, where: str) -> Any:
    if value is REQUIRED:
        raise InputError(f"{where}: missing, and it has no default")
    if parameter.family is None or value is None:
        return annotations.check(parameter.annotation, value, where)
    if parameter.is_list != isinstance(value, list):
        expected = f"a list of {parameter.family}" if parameter.is_list else f"one of {parameter.family}"
        raise InputError(f"{where}: got {value!r}, expected {expected}")
    if isinstance(value, list):
        return [resolve(parameter.family, item, f"{where}[{index}]") for index, item in enumerate(value)]
    return resolve(parameter.family, value, where)
