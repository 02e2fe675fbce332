"""The parameters of each trial."""

from collections.abc import Sequence

from ltsei.config.search_space import Dimension
from ltsei.numerics.trial_design import positions, value_at


def values(space: Sequence[Dimension], trial: int) -> dict[str, float]:
    """Return name -> value of what a trial varies; for trial 0, the default recipe, nothing."""
    if trial == 0 or not space:
        return {}
    point = positions(trial)
    return {
        each.name: value_at(point[each.column], each.low, each.high, logarithmic=each.logarithmic, whole=each.whole)
        for each in space
    }
