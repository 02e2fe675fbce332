"""The page of all components and methods: `docs/methods.md`, generated from signatures, docstrings and the matrix."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ltsei.config.reference.bibliography import Reference, cited
from ltsei.config.reference.combinations import combinations
from ltsei.config.reference.descriptions import describe, family_summary
from ltsei.config.reference.markdown import allowed, component, default, flow, table
from ltsei.config.reference.method_entries import method_entry, references_to
from ltsei.config.stages import FAMILY, STAGES, Pretraining, Stage1, Stage2, family_of
from ltsei.core import registry

INTRODUCTION = """\
# Components and methods

Generated from the signatures and docstrings of `src/ltsei/components` and from `config/experiments.yaml`; after an edit
of those, `python -m ltsei schema` brings it up to date.

A component is written in the experiment file as its name, or as a mapping of `name` and parameters. Below, each family
has a section and each component a table of its parameters; the methods of the matrix follow, and the papers that
components cite are at the end.
"""
METHODS = """\
## Methods

The methods of `config/experiments.yaml` by kind. Settings that a method does not mention are those under `defaults`
there; parameters that equal the default of the component are left out. Below the table of a kind stand, for each of its
methods, the components that it names itself: what they do, what they may be combined with, and where they come from.
"""
REFERENCES = """\
## References

As BibTeX: [references.bib](references.bib).
"""
Settings = Mapping[str, Any]
FIELDS = {**Pretraining.model_fields, **Stage1.model_fields, **Stage2.model_fields}


def methods_page(experiments: Settings, bibliography: Sequence[Reference]) -> str:
    """Return the page for an experiment file, as YAML gives it, and the papers that components cite."""
    contents = [f"- [{family}](#{_anchor(family)}): {family_summary(family)}\n" for family in registry.FAMILIES]
    contents += ["- [Methods](#methods)\n", "- [References](#references)\n"]
    sections = [_family(family, bibliography) for family in registry.FAMILIES]
    papers = "".join(f"- `{reference.key}`: {reference}\n" for reference in bibliography)
    return "\n".join(
        [INTRODUCTION, "".join(contents), *sections, _methods(experiments, bibliography), REFERENCES, papers]
    )


def _anchor(heading: str) -> str:
    return heading.lower().replace("/", "").replace(" ", "-")


def _family(family: str, bibliography: Sequence[Reference]) -> str:
    members = [_component(family, name, bibliography) for name in registry.names(family)]
    return "\n".join([f"## {family}\n", f"{family_summary(family)}\n", *members])


def _component(family: str, name: str, bibliography: Sequence[Reference]) -> str:
    description = describe(family, name)
    paragraphs = [f"### `{name}`", description.summary, *description.text, *combinations(family, name)]
    paragraphs += references_to(cited(family, name, bibliography))
    rows = [
        (f"`{key}`", description.parameters.get(key, "").rstrip("."), allowed(each.annotation), default(each.default))
        for key, each in registry.parameters(family, name).items()
    ]
    parameters = [table(["parameter", "meaning", "allowed", "default"], rows)] if rows else []
    return "\n\n".join([*paragraphs, *parameters]).rstrip() + "\n"


def _methods(experiments: Settings, bibliography: Sequence[Reference]) -> str:
    """Return a table of methods and their entries for each kind, in the order in which the kinds first occur."""
    methods: dict[str, Settings] = experiments["methods"]
    kinds = dict.fromkeys(method.get("kind", "other") for method in methods.values())
    tables = []
    for kind in kinds:
        of_kind = {name: method for name, method in methods.items() if method.get("kind", "other") == kind}
        rows = [(f"`{name}`", each.get("title", name), "; ".join(_parts(each))) for name, each in of_kind.items()]
        details = (method_entry(name, each, bibliography) for name, each in of_kind.items())
        tables.append(f"### {kind}\n\n{table(['method', 'title', 'made of'], rows)}\n{''.join(details)}")
    return "\n".join([METHODS, *tables])


def _parts(method: Settings) -> Iterator[str]:
    """Yield what a method reuses, and each of its own stages."""
    own = [key for key in STAGES if method.get(key) is not None]
    if "from" in method:
        yield f"from `{method['from']}`" if own else f"the results of `{method['from']}` under a second name"
    for stage in own:
        label = stage.replace("stage", "stage ").replace("pretrain", "pre-training")
        if stage == "stage3":
            steps = " → ".join(f"`{component('stage3_steps', step)}`" for step in method[stage])
            yield f"{label}: {steps}"
        else:
            yield f"{label}: {', '.join(_settings(method[stage])) or 'the defaults'}"


def _settings(stage: Settings) -> Iterator[str]:
    for key, value in stage.items():
        field = FIELDS[key]
        text = component(FAMILY[key], value) if family_of(field) and not isinstance(value, list) else flow(value)
        yield f"{key} `{text}`"
