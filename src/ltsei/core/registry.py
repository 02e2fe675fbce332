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
from ltsei.core.parsing import check

FOLDER = Path(__file__).parents[1] / "components"
FAMILIES = (
    "sources",
    "unlabelled",
    "losses",
    "class_weights",
    "class_weights/schedules",
    "samplers",
    "augmentations",
    "mixers",
    "updates",
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


def most_declared(family: str, spec: Mapping[str, Any], constant: str, default: Any) -> Any:
    """Return the largest value of a literal in a resolved component and those inside it; see `declared`."""
    return max(declared(*member, constant, default) for member in nested_names(family, spec))


@functools.cache
def syntax_tree(family: str, name: str) -> ast.Module:
    """Return the parsed source of a component."""
    path = FOLDER / family / f"{name}.py"
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def resolve(family: str, spec: Spec, where: str) -> dict[str, Any]:
    """Return `spec` as a mapping of ``name`` and every parameter, defaults filled in, nested components resolved.

    Raises:
        InputError: each unknown name or parameter, missing value, and value of the wrong type or out of range, on a
            line of its own that opens with `where`.
    """
    mistakes: list[str] = []
    resolved = _resolved(family, spec, where, mistakes)
    if mistakes:
        raise InputError("\n".join(mistakes))
    return resolved


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


def _resolved(family: str, spec: Any, where: str, mistakes: list[str]) -> dict[str, Any]:
    """Return what `resolve` does, as far as there are no mistakes; add these to the list."""
    if not isinstance(spec, str | Mapping):
        got = "null (no value)" if spec is None else repr(spec)
        mistakes.append(f"{where}: got {got}, expected the name of a component or a mapping with `name`")
        return {}
    given = {"name": spec} if isinstance(spec, str) else dict(spec)
    if "name" not in given:
        mistakes.append(f"{where}: got a mapping without `name`, expected one of {', '.join(names(family))}")
        return {}
    name = given.pop("name")
    if name not in names(family):
        mistakes.append(f"{where}: {unknown(name, names(family), f'member of {family}')}")
        return {}
    try:
        known = parameters(family, name)
    except InputError as error:
        mistakes.append(f"{where}: {error}")
        return {}
    unused = [key for key in given if key not in known]
    mistakes += [f"{where}.{key}: {unknown(key, known, f'parameter of {name}')}" for key in unused]
    resolved = {"name": name}
    for key, parameter in known.items():
        resolved[key] = _value(given.get(key, parameter.default), parameter, f"{where}.{key}", mistakes)
    return resolved


def _value(value: Any, parameter: Parameter, where: str, mistakes: list[str]) -> Any:
    """Return the value of a parameter, nested components resolved; add what is wrong with it to the mistakes."""
    if value is REQUIRED:
        mistakes.append(f"{where}: missing, and it has no default")
    elif value is parameter.default and parameter.family is None:
        pass  # the tests check the defaults, so that not every job has to
    elif parameter.is_list and isinstance(value, list):
        value = [
            _resolved(str(parameter.family), item, f"{where}[{index}]", mistakes) for index, item in enumerate(value)
        ]
        _checked(parameter.annotation, value, where, mistakes)
    elif parameter.family is None or value is None or isinstance(value, list) or parameter.is_list:
        value = _checked(parameter.annotation, value, where, mistakes)
    else:
        value = _resolved(parameter.family, value, where, mistakes)
    return value


def _checked(annotation: Any, value: Any, where: str, mistakes: list[str]) -> Any:
    try:
        return check(annotation, value, where)
    except InputError as error:
        mistakes.append(str(error))
        return value
