"""Entries of the page of methods: what the components of a method do, what they go with, and where they come from."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ltsei.config.reference.bibliography import Reference, cited
from ltsei.config.reference.combinations import combinations
from ltsei.config.reference.descriptions import describe
from ltsei.config.stages import FAMILY, STAGES
from ltsei.core import registry
from ltsei.core.annotations import Spec

Settings = Mapping[str, Any]


def method_entry(name: str, method: Settings, bibliography: Sequence[Reference]) -> str:
    """Return an entry on the components that a method names itself, empty for one that names none."""
    members = dict.fromkeys(_members(method))
    if not members:
        return ""
    lines = [f"- {_member(family, member)}" for family, member in members]
    papers = {each.key: each for member in members for each in cited(*member, bibliography)}
    lines += [f"- {sentence}" for sentence in references_to(list(papers.values()))]
    return "\n".join([f"\n**`{name}`**\n", *lines, ""])


def references_to(papers: Sequence[Reference]) -> list[str]:
    """Return a sentence with the keys of some papers; nothing without any."""
    keys = ", ".join(f"[`{paper.key}`](#references)" for paper in papers)
    return [f"Cites {keys}."] if papers else []


def _member(family: str, name: str) -> str:
    """Return what a component says about itself in short: its summary, what it returns, and its combinations."""
    description = describe(family, name)
    sentences = [description.summary, *description.returned[:1], *combinations(family, name)]
    return f"`{family}/{name}`: {' '.join(' '.join(sentences).split())}"


def _members(method: Settings) -> Iterator[tuple[str, str]]:
    """Yield (family, name) of each component in a method as it is written, nested ones included."""
    for stage in STAGES:
        settings = method.get(stage) or {}
        fields = {"steps": settings} if isinstance(settings, list) else settings
        for key, value in fields.items():
            if key in FAMILY and value is not None:
                for spec in value if isinstance(value, list) else [value]:
                    yield from _nested(FAMILY[key], spec)


def _nested(family: str, spec: Spec) -> Iterator[tuple[str, str]]:
    """Yield a component and those inside it, defaults left out."""
    given = {"name": spec} if isinstance(spec, str) else spec
    yield family, given["name"]
    for key, parameter in registry.parameters(family, given["name"]).items():
        inner = given.get(key)
        if parameter.family is not None and inner is not None:
            for each in inner if isinstance(inner, list) else [inner]:
                yield from _nested(parameter.family, each)
