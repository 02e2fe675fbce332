"""Methods that differ in a few settings, written once: `sweep:` makes one method of each combination.

This happens before the experiment file is validated, so that everything after knows ordinary methods alone. What
combinations do alike before the first stage in which they differ is done once, by one of them.
"""

import copy
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ltsei.config.stages import STAGES
from ltsei.config.sweep_axes import INVALID, Axis, axes
from ltsei.core.errors import InputError

Labels = tuple[str, ...]
Combinations = Mapping[str, tuple[Labels, dict[str, Any]]]
"""Name -> the labels of a combination, and the method."""


@dataclass(frozen=True)
class Exceptions:
    """Combinations that do not become methods with a recipe of their own.

    Attributes:
        left_out: combination -> why it makes no sense.
        aliases: combination -> the method that has the same recipe.
    """

    left_out: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Expanded:
    """An experiment file without sweeps.

    Attributes:
        mapping: the file.
        methods: sweep -> its methods, each with its labels.
        lenient: the sweeps that leave out combinations that make no sense.
    """

    mapping: dict[str, Any]
    methods: dict[str, dict[str, Labels]]
    lenient: frozenset[str]


def expanded(mapping: Mapping[str, Any], exceptions: Exceptions | None = None) -> Expanded:
    """Return the experiment file with a method for each combination, named after the sweep and its labels.

    A block that names a sweep gets all its methods. The given mapping stays as it is.

    Raises:
        InputError: every mistake in sweeps, on a line of its own.
    """
    written = dict(_items(mapping.get("methods")))
    swept = {name for name, method in written.items() if dict(_items(method)).get("sweep") is not None}
    if not swept:
        return Expanded(dict(mapping), {}, frozenset())
    mistakes, methods, labels = list(_misused(mapping, swept)), dict[str, Any](), dict[str, dict[str, Labels]]()
    for name, method in written.items():
        made = {name: method}
        if name in swept:
            try:
                made, labels[name] = _methods(name, method, exceptions or Exceptions())
            except InputError as error:
                mistakes.append(str(error))
                continue
        mistakes += [f"methods.{each}: defined by a sweep, too; rename one" for each in made if each in methods]
        methods |= made
    if mistakes:
        raise InputError("\n".join(mistakes))
    lenient = frozenset(name for name in swept if written[name]["sweep"].get(INVALID) == "leave_out")
    blocks = {block: _block(settings, labels) for block, settings in _items(mapping.get("experiments"))}
    changed = {"methods": methods} | ({"experiments": blocks} if blocks else {})
    return Expanded({**mapping, **changed}, labels, lenient)


def _items(value: Any) -> Iterable[tuple[str, Any]]:
    return value.items() if isinstance(value, Mapping) else ()


def _misused(mapping: Mapping[str, Any], swept: set[str]) -> Iterator[str]:
    """Yield the places that name a sweep where one method is meant."""
    parents = {f"methods.{name}.from": dict(_items(method)).get("from") for name, method in _items(mapping["methods"])}
    for where, name in {"baseline": mapping.get("baseline"), **parents}.items():
        if isinstance(name, str) and name in swept:
            yield f"{where}: got {name}, which is a sweep; name one of its methods, `{name}.` and its labels"


def _block(settings: Any, names: Mapping[str, Iterable[str]]) -> Any:
    """Return a block with the methods of a sweep in the place of its name."""
    written = {key: value for key, value in _items(settings) if key in ("methods", "exclude")}
    changed = {
        key: [each for name in value for each in (names.get(name) or [name] if isinstance(name, str) else [name])]
        for key, value in written.items()
        if isinstance(value, list)
    }
    return {**settings, **changed} if changed else settings


def _methods(sweep: str, method: Mapping[str, Any], exceptions: Exceptions) -> tuple[dict[str, Any], dict[str, Labels]]:
    """Return the method and the labels of each combination of a sweep, by its name."""
    where, common = f"methods.{sweep}.sweep", {key: value for key, value in method.items() if key != "sweep"}
    varied = axes(where, method["sweep"])
    combinations: dict[str, tuple[Labels, dict[str, Any]]] = {}
    for labels in itertools.product(*(axis.options for axis in varied)):
        name = ".".join((sweep, *labels))
        if name not in exceptions.left_out:
            title = ", ".join((str(common.get("title") or sweep), *labels))
            combinations[name] = labels, {**_combination(where, common, varied, labels), "title": title}
    aliases = {
        name: {key: value for key, value in method.items() if key not in (*STAGES, "allow")}
        | {"from": exceptions.aliases[name]}
        for name, (_, method) in combinations.items()
        if name in exceptions.aliases
    }
    return _sharing(combinations, varied) | aliases, {name: labels for name, (labels, _) in combinations.items()}


def _combination(where: str, common: Mapping[str, Any], varied: Sequence[Axis], labels: Labels) -> dict[str, Any]:
    """Return the method with one value of each axis, set in the order of the axes."""
    method = copy.deepcopy(dict(common))
    for axis, label in zip(varied, labels, strict=True):
        holder = method
        for depth, key in enumerate(axis.path[:-1], 1):
            inner = {} if holder.get(key) is None else holder[key]
            inner = {"name": inner} if isinstance(inner, str) else inner
            if not isinstance(inner, Mapping):
                outer = ".".join(axis.path[:depth])
                raise InputError(f"{where}.{'.'.join(axis.path)}: {outer} is {inner!r} here, which has no settings")
            holder[key] = holder = dict(inner)
        holder[axis.path[-1]] = _merged(holder.get(axis.path[-1]), axis.options[label])
    return method


def _merged(before: Any, value: Any) -> Any:
    """Return a value laid over an earlier one as overlays are: key by key, unless it is a whole component."""
    if not isinstance(before, Mapping) or not isinstance(value, Mapping) or "name" in value:
        return copy.deepcopy(value)
    return {**before, **{key: _merged(before.get(key), each) for key, each in value.items()}}


def _sharing(combinations: Combinations, varied: Sequence[Axis]) -> dict[str, Any]:
    """Return name -> method; what combinations do alike before their first stage that differs, one of them does."""
    owners: dict[tuple[str, Labels], str] = {}
    result = {name: method for name, (_, method) in combinations.items()}
    for name in sorted(combinations, key=lambda name: len(_defined(combinations[name][1]))):
        labels, method = combinations[name]
        defined = _defined(method)
        for first in reversed(defined[1:]):
            if owner := owners.get((first, _before(first, varied, labels))):
                own = {key: value for key, value in method.items() if key not in defined[: defined.index(first)]}
                result[name] = {**own, "from": owner}
                break
        for stage in STAGES:
            if defined and list(STAGES).index(stage) > list(STAGES).index(defined[0]):
                owners.setdefault((stage, _before(stage, varied, labels)), name)
    return result


def _defined(method: Mapping[str, Any]) -> list[str]:
    return [stage for stage in STAGES if method.get(stage) is not None]


def _before(stage: str, varied: Sequence[Axis], labels: Labels) -> Labels:
    """Return the labels of the axes of earlier stages."""
    place = list(STAGES).index(stage)
    return tuple(label for axis, label in zip(varied, labels, strict=True) if axis.stage < place)
