"""What a method is made of, read from the recipe of one of its cells: by this methods are grouped and compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ltsei.report.results import Results

TRAININGS = ("stage2_finetune", "stage2", "stage1")


@dataclass(frozen=True)
class MethodParts:
    """The parts of a method which set it apart, in names for readers.

    Attributes:
        loss: of its last training, with class weights where these are not uniform.
        sampler: of its last training.
        head: of its last training.
        backbone: of its stage 1.
        steps: post-hoc, joined; empty without any.
        stages: such as ``1 + 2``.
    """

    loss: str
    sampler: str
    head: str
    backbone: str
    steps: str
    stages: str


def method_parts(findings: Results) -> dict[str, MethodParts]:
    """Return method -> design, for those of which some cell is done."""
    recipes = {cell.files.method: cell.recipe for cell in reversed(findings.cells) if "stage1" in cell.recipe}
    return {method: _parts(recipe) for method, recipe in recipes.items()}


def _parts(recipe: Mapping[str, Any]) -> MethodParts:
    last = recipe[next(stage for stage in TRAININGS if stage in recipe)]
    weights = last["class_weights"]["name"]
    loss = _name(last["loss"]) + ("" if weights == "uniform" else f" × {weights.replace('_', ' ')} weights")
    names = {"1": "stage1", "2": "stage2", "3": "stage3"}
    stages = [number for number, stage in names.items() if any(rule.startswith(stage) for rule in recipe)]
    return MethodParts(
        loss=loss,
        sampler=_name(last["sampler"]),
        head=_name(last["head"]),
        backbone=_name(recipe["stage1"]["backbone"]),
        steps=" → ".join(_name(step) for step in recipe.get("stage3", {}).get("steps", [])),
        stages=" + ".join(stages),
    )


def _name(spec: Mapping[str, Any]) -> str:
    """Return the name of a component, of a combination those of its parts."""
    parts = spec.get("losses")
    return " + ".join(map(_name, parts)) if parts else str(spec["name"]).replace("_", " ")
