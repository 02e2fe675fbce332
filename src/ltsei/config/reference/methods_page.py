"""The page of all components and methods: `docs/methods.md`, generated from signatures, docstrings and the matrix."""

from collections.abc import Iterator, Mapping
from typing import Any

from ltsei.config.reference.descriptions import describe, family_summary
from ltsei.config.reference.markdown import allowed, component, default, flow, table
from ltsei.config.stages import FAMILY, Stage1, Stage2, family_of
from ltsei.core import registry

INTRODUCTION = """\
# Components and methods

Generated from the signatures and docstrings of `src/ltsei/components` and from `config/experiments.yaml`; after an edit
of those, `python -m ltsei schema` brings it up to date.

A component is written in the experiment file as its name, or as a mapping of `name` and parameters. Below, each family
has a section and each component a table of its parameters; the methods of the matrix follow at the end.
"""
METHODS = """\
## Methods

The methods of `config/experiments.yaml` by kind. Settings that a method does not mention are those under `defaults`
there; parameters that equal the default of the component are left out.
"""
Settings = Mapping[str, Any]


def methods_page(experiments: Settings) -> str:
    """Return the page for an experiment file, as YAML gives it."""
    contents = [f"- [{family}](#{_anchor(family)}): {family_summary(family)}\n" for family in registry.FAMILIES]
    sections = [_family(family) for family in registry.FAMILIES]
    return "\n".join([INTRODUCTION, "".join([*contents, "- [Methods](#methods)\n"]), *sections, _methods(experiments)])


def _anchor(heading: str) -> str:
    return heading.lower().replace("/", "").replace(" ", "-")


def _family(family: str) -> str:
    members = [_component(family, name) for name in registry.names(family)]
    return "\n".join([f"## {family}\n", f"{family_summary(family)}\n", *members])


def _component(family: str, name: str) -> str:
    description = describe(family, name)
    paragraphs = [f"### `{name}`", description.summary, *description.text, *_requirements(family, name)]
    rows = [
        (f"`{key}`", description.parameters.get(key, "").rstrip("."), allowed(each.annotation), default(each.default))
        for key, each in registry.parameters(family, name).items()
    ]
    parameters = [table(["parameter", "meaning", "allowed", "default"], rows)] if rows else []
    return "\n\n".join([*paragraphs, *parameters]).rstrip() + "\n"


def _requirements(family: str, name: str) -> Iterator[str]:
    """Yield what a component's constants say."""
    for kind, names in registry.declared(family, name, "REQUIRES", {}).items():
        yield f"Requires the {kind} {' or '.join(f'`{each}`' for each in names)}."
    if registry.declared(family, name, "CORRECTS_PRIOR", False):
        yield "Corrects for the class prior."
    if registry.declared(family, name, "MOVES_BACKBONE", False):
        yield "Trains the backbone too."


def _methods(experiments: Settings) -> str:
    """Return a table of methods for each kind, in the order in which the kinds first occur."""
    methods: dict[str, Settings] = experiments["methods"]
    kinds = dict.fromkeys(method.get("kind", "other") for method in methods.values())
    tables = []
    for kind in kinds:
        rows = [
            (f"`{name}`", method.get("title", name), "; ".join(_parts(method)))
            for name, method in methods.items()
            if method.get("kind", "other") == kind
        ]
        tables.append(f"### {kind}\n\n{table(['method', 'title', 'made of'], rows)}")
    return "\n".join([METHODS, *tables])


def _parts(method: Settings) -> Iterator[str]:
    """Yield what a method reuses, and each of its own stages."""
    own = [key for key in ("stage1", "stage2", "stage3") if method.get(key) is not None]
    if "from" in method:
        yield f"from `{method['from']}`" if own else f"the results of `{method['from']}` under a second name"
    for stage in own:
        number = stage.removeprefix("stage")
        if stage == "stage3":
            steps = " → ".join(f"`{component('stage3_steps', step)}`" for step in method[stage])
            yield f"stage {number}: {steps}"
        else:
            yield f"stage {number}: {', '.join(_settings(method[stage])) or 'the defaults'}"


def _settings(stage: Settings) -> Iterator[str]:
    for key, value in stage.items():
        field = {**Stage1.model_fields, **Stage2.model_fields}[key]
        text = component(FAMILY[key], value) if family_of(field) and not isinstance(value, list) else flow(value)
        yield f"{key} `{text}`"
