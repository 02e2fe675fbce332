"""The trials among which a tuned method was chosen, and what a choice on the test part would have given."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ltsei.config.search_space import Dimension
from ltsei.core.annotations import Criterion
from ltsei.report import file_shapes
from ltsei.report.result_files import or_nothing, parsed

EDGE = 0.05
"""Part of a range, from either end, within which a chosen value lies at its edge."""


@dataclass(frozen=True)
class SearchFiles:
    """Where the report finds the trials of a tuned method on one cell.

    Attributes:
        owner: the method whose stages the trials carried out.
        seeds: on which the trials ran, as text.
        on_choice_seeds: whether these are seeds of their own, so that all cells of a condition share the choice.
        path: of choice.json.
        space: what the trials varied.
    """

    owner: str
    seeds: str
    on_choice_seeds: bool
    path: str
    space: tuple[Dimension, ...]


@dataclass(frozen=True)
class Trial:
    """One trial; its score is that of the choice, higher is better, None where it diverged."""

    score: float | None
    balanced_accuracy: float | None
    parameters: Mapping[str, float]


@dataclass(frozen=True)
class Search:
    """The trials of a tuned method on one cell.

    Attributes:
        files: whose trials these are.
        select_by: validation score by which one was chosen.
        chosen: its number; 0 is the default recipe.
        trials: all of them.
    """

    files: SearchFiles
    select_by: Criterion
    chosen: int
    trials: Sequence[Trial]

    @property
    def diverged(self) -> int:
        """Number of trials that diverged."""
        return sum(trial.score is None for trial in self.trials)

    @property
    def scores(self) -> list[float]:
        """The scores of all trials; one that diverged counts as the worst of the others."""
        worst = min(trial.score for trial in self.trials if trial.score is not None)
        return [worst if trial.score is None else trial.score for trial in self.trials]

    @property
    def parameters(self) -> Mapping[str, float]:
        """Parameter -> value in the chosen trial."""
        return self.trials[self.chosen].parameters

    def edge(self, dimension: Dimension) -> str:
        """Return the end of its range at which a chosen value lies, ``low`` or ``high``; nothing elsewhere.

        The default recipe lies at no end: its values are not drawn from the ranges.
        """
        if self.chosen == 0:
            return ""
        value, low, high = self.parameters[dimension.name], dimension.low, dimension.high
        if dimension.logarithmic:
            value, low, high = (math.log(each) if each > 0 else -math.inf for each in (value, low, high))
        position = (value - low) / (high - low) if high > low else 0.5
        return "low" if position <= EDGE else "high" if position >= 1 - EDGE else ""


def read_search(source: SearchFiles) -> Search | None:
    """Return the trials in a choice.json; None where there is none, or it is damaged."""
    record: dict[str, Any] = or_nothing(lambda path: parsed(path, file_shapes.choice, {}), source.path, {})
    if not record:
        return None
    trials = [Trial(row["score"], row["balanced_accuracy"], row["parameters"]) for row in record["trials"]]
    return Search(source, record["select_by"], record["chosen"], trials)


def read_selection(path: str) -> dict[str, Any]:
    """Return what a choice on the test part would have given; nothing where that was not computed."""
    return or_nothing(lambda each: parsed(each, file_shapes.selection, {}), path, {})
