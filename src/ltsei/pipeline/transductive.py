"""What methods that learn from the unlabelled test signals cannot be combined with."""

from collections.abc import Iterator

from ltsei.core import registry
from ltsei.pipeline.matrix import Matrix


def unusable_views(matrix: Matrix) -> Iterator[str]:
    """Yield where a step that learns from views of the test signals cannot do so, each with the reason."""
    for stage, dataset, method in matrix.defined_stages():
        if stage == "stage3" and matrix.steps_use(method, "views"):
            where = f"methods.{method}.stage3"
            for index, step in enumerate(matrix.recipe(stage, dataset, method).settings.steps):
                if "views" in registry.declared("stage3_steps", step["name"], "USES", []):
                    yield from (f"{where}[{index}]{problem}" for problem in _problems(index, step))


def _problems(index: int, step: dict[str, object]) -> Iterator[str]:
    name = step["name"]
    if index > 0:
        yield f": {name} starts from the logits of the trained experts; put it first, and use it once"
    for member, spec in registry.nested_specs("stage3_steps", step):
        if member == "augmentations" and registry.declared(member, spec["name"], "USES_LABELS", False):
            yield f".augmentations: {spec['name']} uses labels, which test signals do not have; remove it"
