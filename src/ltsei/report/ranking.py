"""Which method is better: ranks, places, the best and second best of a column, and the Pareto front."""

from collections.abc import Mapping, Sequence
from typing import Literal

from ltsei.evaluation.metric_labels import metric
from ltsei.report.analysis import analyse
from ltsei.report.cell_result import Condition
from ltsei.report.number_text import shown
from ltsei.report.scopes import Scope

Mark = Literal["best", "second"]


def ranks(scope: Scope, name: str) -> dict[str, float]:
    """Return method -> rank by a metric, 1 is best; methods without one are left out.

    Over several conditions this is the average rank of the Friedman test, which aliases share; under a single
    condition the place by the mean over seeds.
    """
    better = metric(name).better
    if better is None:
        return {}
    if len(scope.conditions) > 1:
        average = analyse(scope, name).average_ranks if metric(name).tested else {}
        return {method: average[first] for method, first in scope.aliases.items() if first in average}
    means = {method.name: scope.mean(name, method.name) for method in scope.methods}
    turn = -1 if better == "low" else 1
    of_means = places([None if mean is None else turn * mean for mean in means.values()])
    return {method: place for method, place in zip(means, of_means, strict=True) if place is not None}


def places(scores: Sequence[float | None]) -> list[int | None]:
    """Return the place of each score, 1 for the highest; equal scores share a place, undefined ones have none."""
    return [
        None if score is None else 1 + sum(other is not None and other > score for other in scores) for score in scores
    ]


def marks(scope: Scope, name: str, condition: Condition) -> dict[str, Mark]:
    """Return the best and second best methods under a condition, as far as the shown digits distinguish them."""
    shown_as = metric(name)
    means = {method.name: scope.summary(name, condition, method.name).mean for method in scope.methods}
    digits = {method: _shown_digits(mean, shown_as.unit) for method, mean in means.items() if mean is not None}
    ranking = sorted(set(digits.values()), reverse=shown_as.better != "low")
    if shown_as.better is None or len(ranking) < 2:
        return {}
    by_value: Mapping[float, Mark] = {ranking[0]: "best", ranking[1]: "second"}
    return {method: by_value[value] for method, value in digits.items() if value in by_value}


def front(points: Sequence[tuple[float, float]]) -> list[bool]:
    """Return which points (cost, score) are on the Pareto front.

    On it are the points that no other beats: none has a higher score at the same or a lower cost, or the same score at
    a lower cost. Equal points are on it together.
    """
    return [not any(c <= cost and s >= score and (c, s) != (cost, score) for c, s in points) for cost, score in points]


def _shown_digits(mean: float, unit: Literal["fraction", "number", "count"]) -> float:
    return float(shown(mean, unit).replace("−", "-"))
