"""Component families: a folder is a family, a file is a member, its `build` signature is its schema.

Everything that the configuration needs (names, parameters, requirements) is read with `ast`, so nothing is
imported before a job builds the component it uses.
"""

import ast
import difflib
import functools
import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ltsei.errors import InputError

if TYPE_CHECKING:
    import torch

PACKAGE = Path(__file__).parent
FAMILIES = (
    "datasets",
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
SCALARS: Mapping[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "str": (str,), "bool": (bool,)}
REQUIRED = object()
"""Stands for the default of a parameter which has none."""

Spec = str | Mapping[str, Any]
"""A component as YAML writes it: its name, or a mapping of ``name`` and its parameters."""


@dataclass(frozen=True)
class Parameter:
    """One keyword parameter of a component's `build`.

    Attributes:
        default: the literal in the signature, or `REQUIRED`.
        annotation: the annotation's syntax tree.
        family: the family of a nested component (``Annotated[Spec, "family"]``), or of a list of them
            (``Annotated[list[Spec], "family"]``), else None.
    """

    default: Any
    annotation: ast.expr | None
    family: str | None

    @property
    def many(self) -> bool:
        """Whether it is a list of components."""
        return self.family is not None and "list[Spec]" in ast.unparse(self.annotation or ast.Constant(None))


@dataclass(frozen=True)
class Context:
    """What every component of a family may know about its surroundings.

    Attributes:
        class_counts: training signals per class, int64 [C].
        num_classes: C.
        signal_shape: one signal in the store, channels last: (*shape, channels).
        sample_rate_hz: sampling rate, None where it is unknown.
        in_features: D, the features a head receives; None outside heads.
        bias_columns: those of them which are shares of a backbone's gate: a linear head's weights on them are biases.
        class_probabilities: progress in [0, 1] -> the sampler's class probabilities, float64 [C].
        generator: source of randomness for components which draw while training; None at build-time checks.
    """

    class_counts: np.ndarray
    num_classes: int
    signal_shape: tuple[int, ...]
    sample_rate_hz: float | None
    in_features: int | None
    class_probabilities: Callable[[float], np.ndarray]
    generator: "torch.Generator | None" = None
    bias_columns: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse classes without signals: weights, margins and priors of such a class do not exist."""
        if (self.class_counts < 1).any():
            empty = int(np.argmin(self.class_counts))
            raise InputError(f"class_counts: class {empty} has {self.class_counts[empty]} signals, expected at least 1")

    def build(self, family: str, spec: Spec) -> Any:
        """Build a nested component in this same context."""
        return build(family, spec, self)


def build(family: str, spec: Spec, context: Context | None) -> Any:
    """Import the component that `spec` names and call its `build`; InputError where the spec is wrong."""
    resolved = resolve(family, spec, where=family)
    name = resolved.pop("name")
    module = importlib.import_module(module_name(family, name))
    try:
        return module.build(context, **resolved)
    except InputError as error:
        raise InputError(f"{family}/{name}: {error}") from error


def module_name(family: str, name: str) -> str:
    """Return the dotted module of a component."""
    return f"ltsei.{family.replace('/', '.')}.{name}"


@functools.cache
def names(family: str) -> tuple[str, ...]:
    """Return a family's members: its folder's files, those with a leading underscore left out."""
    return tuple(sorted(path.stem for path in (PACKAGE / family).glob("*.py") if not path.name.startswith("_")))


@functools.cache
def parameters(family: str, name: str) -> Mapping[str, Parameter]:
    """Return the keyword parameters of a component's `build`, read from its source."""
    function = next(
        node for node in _tree(family, name).body if isinstance(node, ast.FunctionDef) and node.name == "build"
    )
    return {
        argument.arg: Parameter(
            REQUIRED if default is None else ast.literal_eval(default),
            argument.annotation,
            _nested_family(argument.annotation),
        )
        for argument, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    }


def declared(family: str, name: str, constant: str, default: Any) -> Any:
    """Return a component's literal module constant (such as ``REQUIRES``), or `default` where it has none."""
    for node in _tree(family, name).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == constant:
            return ast.literal_eval(node.value)
    return default


def resolve(family: str, spec: Spec, where: str) -> dict[str, Any]:
    """Return `spec` as a mapping of ``name`` and every parameter, defaults filled in, nested ones resolved.

    Raises:
        InputError: unknown name or parameter, missing or ill-typed value; `where` opens the message.
    """
    if not isinstance(spec, str | Mapping):
        raise InputError(f"{where}: got {spec!r}, expected the name of a component or a mapping with `name`")
    given = {"name": spec} if isinstance(spec, str) else dict(spec)
    name = given.pop("name", None)
    if name not in names(family):
        raise InputError(f"{where}: {unknown(name, names(family), f'member of {family}')}")
    try:
        known = parameters(family, name)
    except SyntaxError as error:
        raise InputError(f"{where}: {error.filename}, line {error.lineno}: {error.msg}") from error
    for key in given:
        if key not in known:
            raise InputError(f"{where}.{key}: {unknown(key, known, f'parameter of {name}')}")
    resolved = {"name": name}
    for key, parameter in known.items():
        resolved[key] = _value(given.get(key, parameter.default), parameter, f"{where}.{key}")
    return resolved


def unknown(got: Any, allowed: Iterable[str], what: str) -> str:
    """Return the clause for a misspelt name: what it got, the nearest valid name, all valid names."""
    choices = sorted(allowed)
    nearest = difflib.get_close_matches(str(got), choices, n=1)
    hint = f" (did you mean {nearest[0]!r}?)" if nearest else ""
    return f"unknown {what} {got!r}{hint}, allowed: {', '.join(choices) or 'none'}"


def nested(family: str, spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (family, name) of a resolved component and of every component inside it."""
    yield from ((inner, found["name"]) for inner, found in nested_specs(family, spec))


def nested_specs(family: str, spec: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (family, specification) of a resolved component and of every component inside it."""
    yield family, spec
    for key, parameter in parameters(family, spec["name"]).items():
        if parameter.family is not None and spec[key] is not None:
            for inner in spec[key] if isinstance(spec[key], list) else [spec[key]]:
                yield from nested_specs(parameter.family, inner)


@functools.cache
def _tree(family: str, name: str) -> ast.Module:
    path = PACKAGE / family / f"{name}.py"
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _nested_family(annotation: ast.expr | None) -> str | None:
    match annotation:
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[_, ast.Constant(value=str(family))])):
            return family
    return None


def _value(value: Any, parameter: Parameter, where: str) -> Any:
    if value is REQUIRED:
        raise InputError(f"{where}: missing, and it has no default")
    if parameter.family is not None and value is not None:
        if parameter.many != isinstance(value, list):
            expected = f"a list of {parameter.family}" if parameter.many else f"one of {parameter.family}"
            raise InputError(f"{where}: got {value!r}, expected {expected}")
        items = (
            [(item, f"{where}[{index}]") for index, item in enumerate(value)] if parameter.many else [(value, where)]
        )
        found = [resolve(parameter.family, item, at) for item, at in items]
        return found if parameter.many else found[0]
    if parameter.annotation is not None and not _fits(parameter.annotation, value):
        raise InputError(f"{where}: got {value!r}, expected {ast.unparse(parameter.annotation)}{number_hint(value)}")
    return value


def number_hint(value: Any) -> str:
    """Return the explanation for a number that YAML 1.1 has read as text, else an empty string."""
    try:
        float(value if isinstance(value, str) else "")
    except ValueError:
        return ""
    return f" (YAML 1.1 reads {value} as text: write a decimal point, as in 1.0e-1)"


def _fits(annotation: ast.expr, value: Any) -> bool:
    """Return whether `value` fits an annotation made of scalars, Literal, list and unions; others always fit."""
    match annotation:
        case ast.Constant(value=None):
            return value is None
        case ast.Name(id=("int" | "float" | "str" | "bool") as kind):
            return isinstance(value, SCALARS[kind]) and (kind == "bool" or not isinstance(value, bool))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _fits(left, value) or _fits(right, value)
        case ast.Subscript(value=ast.Name(id="Literal"), slice=choices):
            return value in ast.literal_eval(choices if isinstance(choices, ast.Tuple) else ast.Tuple([choices]))
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return isinstance(value, list) and all(_fits(item, element) for element in value)
    return True
