"""The axes of a sweep: which settings of a method vary, and what each value is called."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ltsei.config.stages import STAGES
from ltsei.core.errors import InputError, unknown

MOST = 1000
"""Methods that one sweep may have; each costs a few milliseconds whenever the file is read."""
INVALID = "invalid"
"""The key of a sweep that says what becomes of combinations that make no sense; all others are axes."""
LABEL = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class Axis:
    """A setting that varies.

    Attributes:
        path: keys from the method to the setting, the stage first.
        options: label -> value.
    """

    path: tuple[str, ...]
    options: Mapping[str, Any]

    @property
    def stage(self) -> int:
        """Place of its stage among all stages."""
        return list(STAGES).index(self.path[0])


def axes(where: str, sweep: Any) -> list[Axis]:
    """Return the axes of a sweep, in the order in which they are written.

    Raises:
        InputError: every mistake in them, on a line of its own that opens with `where`.
    """
    if not isinstance(sweep, Mapping):
        raise InputError(f"{where}: got {sweep!r}, expected settings with their values, as in `stage2.loss: [a, b]`")
    mistakes, result = [], []
    if sweep.get(INVALID, "refuse") not in ("refuse", "leave_out"):
        mistakes.append(f"{where}.{INVALID}: got {sweep[INVALID]!r}, expected refuse or leave_out")
    for key, values in sweep.items():
        try:
            result += [_axis(f"{where}.{key}", str(key), values)] if key != INVALID else []
        except InputError as error:
            mistakes.append(str(error))
    if not result and not mistakes:
        mistakes.append(f"{where}: nothing varies; write settings with their values, as in `stage2.loss: [a, b]`")
    if (count := math.prod(len(axis.options) for axis in result)) > MOST:
        mistakes.append(f"{where}: {count} combinations, expected at most {MOST}; make several sweeps of it")
    if mistakes:
        raise InputError("\n".join(mistakes))
    return result


def _axis(where: str, key: str, values: Any) -> Axis:
    path = tuple(key.split("."))
    if path[0] not in STAGES:
        raise InputError(f"{where}: {unknown(path[0], [*STAGES, INVALID], 'stage')}")
    if not isinstance(values, Mapping | list) or not values:
        raise InputError(f"{where}: got {values!r}, expected a list of values, or a mapping from labels to values")
    labels = list(map(str, values)) if isinstance(values, Mapping) else _labels(where, values)
    if twice := next((label for label in labels if labels.count(label) > 1), None):
        raise InputError(f"{where}: two values are called {twice!r}; write a mapping from labels to values")
    if bad := next((label for label in labels if not LABEL.fullmatch(label)), None):
        raise InputError(f"{where}: got the label {bad!r}; labels have letters, digits, dots, hyphens and underscores")
    options = values.values() if isinstance(values, Mapping) else values
    return Axis(path, dict(zip(labels, options, strict=True)))


def _labels(where: str, values: Sequence[Any]) -> list[str]:
    """Return a label for each value of a list: its name or number, with its parameters where a name comes again."""
    names = [value.get("name") if isinstance(value, Mapping) else value for value in values]
    return [_label(where, value, names.count(name) > 1) for value, name in zip(values, names, strict=True)]


def _label(where: str, value: Any, ambiguous: bool) -> str:
    if isinstance(value, Mapping) and "name" in value:
        parameters = [(key, each) for key, each in value.items() if key != "name"] if ambiguous else []
        if all(isinstance(each, str | int | float | None) for _, each in parameters):
            return "_".join((str(value["name"]), *(f"{key}{_plain(each)}" for key, each in parameters)))
    if isinstance(value, str | int | float | None):
        return _plain(value)
    raise InputError(f"{where}: no label for {value!r}; write a mapping from labels to values")


def _plain(value: str | float | None) -> str:
    """Return a single value as part of a label: ``none``, ``true``, ``0.5``, ``1e-05``."""
    if value is None or isinstance(value, bool):
        return {None: "none", True: "true", False: "false"}[value]
    return value if isinstance(value, str) else f"{value:g}".replace("+", "")
