"""Pieces of the generated reference: tables, and values as the experiment file writes them."""

from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from ltsei.core import registry
from ltsei.core.annotations import Spec, search_range
from ltsei.core.search import Search
from ltsei.core.wording import as_yaml, in_words


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table with a final newline."""
    escaped = [[cell.replace("|", r"\|") for cell in row] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in [header, ["---"] * len(header), *escaped])


def code(value: Any) -> str:
    """Return a value as code, in YAML's notation on one line."""
    return f"`{flow(value)}`"


def flow(value: Any) -> str:
    """Return a value in YAML's notation on one line."""
    text: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...")


def allowed(annotation: Any) -> str:
    """Return what an annotation allows, its literals as code, and the range that tuning searches."""
    words = in_words(annotation, quote=lambda literal: f"`{as_yaml(literal)}`")
    search = search_range(annotation)
    return f"{words}; tuned {_range(search)}" if search else words


def _range(search: Search) -> str:
    """Return a range for tuning: ``from 0 to 2``, ``by factors from 0.1 to 10``."""
    words = {"linear": "from", "log": "on a logarithmic scale from", "factor": "by factors from"}
    return f"{words[search.scale]} {search.low:g} to {search.high:g}"


def default(value: Any) -> str:
    """Return the default of a parameter as code."""
    return "required" if value is registry.REQUIRED else code(value)


def component(family: str, spec: Spec) -> str:
    """Return a component with the parameters that differ from their defaults: ``focal(gamma=1.0)``."""
    given = {"name": spec} if isinstance(spec, str) else dict(spec)
    name = given.pop("name")
    known = registry.parameters(family, name)
    changed = (f"{key}={_value(known[key], value)}" for key, value in given.items() if value != known[key].default)
    parameters = ", ".join(changed)
    return f"{name}({parameters})" if parameters else str(name)


def _value(parameter: registry.Parameter, value: Any) -> str:
    if parameter.family is None or value is None:
        return flow(value)
    if isinstance(value, list):
        return f"[{', '.join(component(parameter.family, item) for item in value)}]"
    return component(parameter.family, value)
