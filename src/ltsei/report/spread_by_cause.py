"""How much of a method's spread between runs comes from the data of the split, and how much from training."""

import functools
from collections.abc import Mapping

from ltsei.core.run_seeds import split_seed, training_seed
from ltsei.evaluation.variance_components import Spread, spread
from ltsei.report.scopes import Scope


@functools.cache
def spread_by_cause(scope: Scope, name: str) -> Mapping[str, Spread]:
    """Return method -> its spread by cause, for those whose seeds separate split and training; aliases count once."""
    scores: dict[str, dict[object, dict[tuple[int, int], float]]] = {method: {} for method in scope.distinct}
    for (*condition, method), cells in scope.by_method.items():
        if method in scores:
            scores[method][tuple(condition)] = {
                (split_seed(cell.files.seed), training_seed(cell.files.seed)): value
                for cell in cells
                if (value := cell.value(name)) is not None
            }
    spreads = {method: spread(conditions) for method, conditions in scores.items()}
    return {method: each for method, each in spreads.items() if each is not None}
