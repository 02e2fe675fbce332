"""The methods of a report: what each is called, how it is drawn, and of which parts it consists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ltsei.report.cell_files import CellFiles
from ltsei.report.style import BOUND_DASH, DASHES, METHOD_COLORS, METHODS_PER_SHAPE, SHAPES

TRAININGS = ("stage2_finetune", "stage2", "stage1")
"""Rules that train, the last to run first."""


@dataclass(frozen=True)
class Method:
    """A method as it appears throughout one report.

    Attributes:
        name: its name in the configuration.
        label: its name for readers, unique in the report.
        kind: such as ``decoupling``.
        color, dash, shape: of its marks; no two of the first 42 methods of a configuration share all of them.
        is_oracle: whether it trains on signals from outside the long-tailed set: it is shown as a bound, not ranked.
        is_transductive: whether it learns from the test signals, without labels.
    """

    name: str
    label: str
    kind: str
    color: str
    dash: Sequence[int]
    shape: str
    is_oracle: bool = False
    is_transductive: bool = False


@dataclass(frozen=True)
class MethodParts:
    """The parts by which methods differ, named for readers.

    Attributes:
        loss: of its last training, with its class weights unless these are uniform.
        sampler: of its last training.
        head: of its last training.
        backbone: of stage 1.
        steps: the post-hoc steps in their order; empty without any.
        stages: such as ``1 + 2``.
    """

    loss: str
    sampler: str
    head: str
    backbone: str
    steps: str
    stages: str


def methods(cells: Sequence[CellFiles]) -> list[Method]:
    """Return the methods of `cells` in order of appearance, each with its colour, dash and shape."""
    first = {cell.method: cell for cell in reversed(cells)}
    titles = {cell.method: first[cell.method].title or cell.method for cell in cells}
    return [
        Method(
            name=name,
            label=title if list(titles.values()).count(title) == 1 else f"{title} ({name})",
            kind=first[name].kind,
            color=METHOD_COLORS[first[name].rank % len(METHOD_COLORS)],
            dash=BOUND_DASH if first[name].is_oracle else DASHES[first[name].rank // METHODS_PER_SHAPE % len(DASHES)],
            shape=SHAPES[first[name].rank // METHODS_PER_SHAPE % len(SHAPES)],
            is_oracle=first[name].is_oracle,
            is_transductive=first[name].is_transductive,
        )
        for name, title in titles.items()
    ]


def method_parts(recipe: Mapping[str, Any]) -> MethodParts:
    """Return the parts of a method, from the recipes of the stages (`CellResult.stages`) of one of its cells."""
    last = recipe[next(rule for rule in TRAININGS if rule in recipe)]
    weights = last["class_weights"]["name"]
    weighted = "" if weights == "uniform" else f" × {weights.replace('_', ' ')} weights"
    stages = [number for number in "123" if any(rule.startswith(f"stage{number}") for rule in recipe)]
    return MethodParts(
        loss=_name(last["loss"]) + weighted,
        sampler=_name(last["sampler"]),
        head=_name(last["head"]),
        backbone=_name(recipe["stage1"]["backbone"]),
        steps=" → ".join(map(_name, recipe.get("stage3", {}).get("steps", []))),
        stages=" + ".join(stages),
    )


def _name(component: Mapping[str, Any]) -> str:
    """Return the name of a component; of a combined loss the names of its parts."""
    parts = component.get("losses")
    return " + ".join(map(_name, parts)) if parts else str(component["name"]).replace("_", " ")
