"""Which cells are compared with a choice on the test part, which is forbidden: nothing but the report reads it."""

from collections.abc import Iterable

from ltsei.config.recipe import Recipe
from ltsei.config.recipe_components import free_parameters
from ltsei.config.stages import Stage3
from ltsei.pipeline import protocols
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.matrix import Cell, Matrix

RULE = "selection_on_test"


def is_wanted(matrix: Matrix) -> bool:
    """Return whether the comparison is made: as the file says, else where it tunes or compares with an oracle."""
    wanted = matrix.config.selection_on_test
    blocks = (matrix.config.experiments[name] for name in matrix.config.run)
    return any(block.tuning for block in blocks) or bool(protocols.pairs(matrix)) if wanted is None else wanted


def owners(matrix: Matrix) -> list[str]:
    """Return the methods that choose something themselves: a trial, or a parameter of a post-hoc step."""
    return [method for method in matrix.config.methods if _chooses(matrix, method)]


def jobs(matrix: Matrix, cells: Iterable[Cell]) -> dict[Cell, JobId]:
    """Return those of `cells` that are compared -> the job that does it."""
    if not is_wanted(matrix):
        return {}
    choosing = set(owners(matrix))
    return {cell: matrix.job(cell, RULE) for cell in cells if matrix.canonical(cell.method) in choosing}


def recipe(matrix: Matrix, method: str) -> Recipe:
    """Return the recipe: the post-hoc steps of a method, which are the same on every data set."""
    own = "stage3" in matrix.stages(method)
    steps = matrix.recipe("stage3", matrix.datasets()[0], method).settings.steps if own else []
    return Recipe.of(RULE, Stage3.model_construct(steps=steps), matrix.scripts)


def _chooses(matrix: Matrix, method: str) -> bool:
    if matrix.steps_use(method, "views"):
        return False  # on the test part they would choose for other weights
    stages = matrix.trial_stages(method)
    if not stages:
        return "stage3" in matrix.stages(method) and any(free_parameters(recipe(matrix, method).settings))
    if matrix.tuning(method).choice_seeds:
        return False  # the seeds of the block run one trial
    return not (matrix.trains_backbone_in_trials(method, "stage3") and matrix.steps_use(method, "features"))
