"""Another source without some of its classes, which are held out as unknown."""

import importlib
from typing import Annotated, Any

from annotated_types import Ge

from ltsei.core import registry
from ltsei.core.context import Context, Spec, build_component
from ltsei.data import known_classes
from ltsei.data.recordings import Recordings


def build(
    context: Context | None,
    *,
    source: Annotated[Spec, "sources"],
    names: list[str] | None = None,
    number: Annotated[int, Ge(1)] | None = None,
    seed: Annotated[int, Ge(0)] = 0,
) -> Recordings:
    """Return the training and test signals of the other classes, their labels renumbered without gaps.

    The key `unknown_classes` of a data set puts this source around that of the data set, and also stores the test
    signals of the unknown classes, which is what open-set metrics need; write that key rather than this source.

    Args:
        context: not used.
        source: of all classes.
        names: classes to leave out; null: drawn ones.
        number: how many are drawn, where none are named.
        seed: of the draw; the classes of a smaller number are among those of a larger one.
    """
    return _closed(build_component("sources", source, None), names, number, seed)


def survey(
    *, source: dict[str, Any], names: list[str] | None = None, number: int | None = None, seed: int = 0
) -> Recordings:
    """Return what `build` returns, from what the source tells without reading signals."""
    module, parameters = _inner(source)
    known = module.survey(**parameters) if hasattr(module, "survey") else module.build(None, **parameters)
    return _closed(known, names, number, seed)


def input_files(*, source: dict[str, Any], **of_classes: Any) -> list[str]:
    """Return the files of the source."""
    return _of_inner("input_files", source)


def domain_names(*, source: dict[str, Any], **of_classes: Any) -> list[str]:
    """Return the names of the domains of the source's signals."""
    return _of_inner("domain_names", source)


def _closed(recordings: Recordings, names: list[str] | None, number: int | None, seed: int) -> Recordings:
    unknown = known_classes.unknown_labels(recordings.class_names, names, number, seed)
    known_classes.unknown_part(recordings, unknown)  # refuses a class without test signals
    return known_classes.known_part(recordings, unknown)


def _of_inner(function: str, source: dict[str, Any]) -> list[str]:
    module, parameters = _inner(source)
    names: list[str] = getattr(module, function)(**parameters) if hasattr(module, function) else []
    return names


def _inner(source: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    parameters = dict(source)
    return importlib.import_module(registry.module_name("sources", parameters.pop("name"))), parameters
