"""How the methods of a block are tuned: trials, what they vary, and how the best one is chosen (no torch)."""

from typing import Annotated, Literal, Self

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import Field, model_validator

from ltsei.config.values import Seed
from ltsei.core.annotations import Criterion
from ltsei.core.errors import InputError
from ltsei.core.parsing import Frozen
from ltsei.core.search import Scale

TUNED = ".tuned"
"""Ends the name of a method whose parameters are chosen among trials."""
CHOSEN = "chosen"
"""The trials of a job that runs the chosen one alone."""
Stage = Literal["stage1", "stage2", "stage3"]


class Range(Frozen):
    """The values of one parameter that trials may have."""

    low: float = Field(description="smallest value; with `scale: factor`, smallest multiple of the recipe's value")
    high: float = Field(description="largest value or multiple")
    scale: Scale = Field(
        default="linear",
        description="`linear`, `log` (evenly in the logarithm), or `factor` (multiples of the recipe's value, in the "
        "same way)",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low >= self.high:
            raise InputError(f".high: got {self.high:g}, expected more than low = {self.low:g}")
        if self.scale != "linear" and self.low <= 0:
            raise InputError(f".low: got {self.low:g}, expected more than 0 with `scale: {self.scale}`")
        return self


class Tuning(Frozen):
    """An equal search for every method of a block."""

    trials: Annotated[int, Ge(2), Le(1000)] = Field(
        description="trials of each method, the default recipe among them; the others follow a quasi-random design"
    )
    stages: Annotated[list[Stage], MinLen(1)] = Field(
        default=["stage1", "stage2", "stage3"],
        description="stages whose parameters vary; a method that reuses a stage of another one builds on that one's "
        "chosen trial",
    )
    select_by: Criterion = Field(default="val_balanced_loss", description="validation score by which a trial is chosen")
    choice_seeds: list[Seed] = Field(
        default=[],
        description="seeds, none of them the block's, on which trials run; the one with the best mean score is then "
        "run on the seeds of the block. Empty: each seed of the block runs all trials and chooses anew, so that the "
        "spread between seeds includes that of the search",
    )
    search: dict[str, Range | None] = Field(
        default={},
        description="ranges other than those that parameters declare: the parameter's dotted path in the method "
        "(`stage1.loss.gamma`) or its last part (`lr`) → range, or null: not varied",
    )
    trials_per_job: Annotated[int, Gt(0)] = Field(
        default=10, description="trials that one job runs, one after another; their states are saved one by one"
    )

    def jobs(self, seed: object) -> list[str]:
        """Return the trials of each job on a seed, as in paths: ``000-009``, ``010-019``, or ``chosen`` for one."""
        if self.choice_seeds and seed not in self.choice_seeds:
            return [CHOSEN]
        ends = range(0, self.trials, self.trials_per_job)
        return [f"{first:03d}-{min(first + self.trials_per_job, self.trials) - 1:03d}" for first in ends]
