"""Which method is better: places, average ranks, the best and second best of a column, and the Pareto front."""

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ltsei.evaluation.metric_labels import Metric, metric
from ltsei.evaluation.statistics import Comparison
from ltsei.report.analysis import analyse
from ltsei.report.cell_result import Condition
from ltsei.report.methods import Method
from ltsei.report.number_text import shown
from ltsei.report.scopes import Scope, pair
from ltsei.report.verdicts import verdict

Mark = Literal["best", "second"]


@dataclass(frozen=True)
class Standing:
    """A method in the one order that page, CSV and Markdown share.

    Attributes:
        method: which may be an alias.
        place: by the mean, 1 is best; equal means share it. None without a mean or a better direction, and of oracles.
        mean: over conditions (`Scope.mean`).
        average_rank: over data sets or the conditions of one (`Analysis.average_ranks`), which aliases share; None
            without one.
    """

    method: Method
    place: int | None
    mean: float | None
    average_rank: float | None


@functools.cache
def standings(scope: Scope, name: str) -> tuple[Standing, ...]:
    """Return all methods by place, those without one last; methods of one place in the order of the report."""
    better = metric(name).better
    means = [scope.mean(name, method.name) for method in scope.methods]
    turn = -1 if better == "low" else 1
    ranked = [better is not None and method.name not in scope.oracle_methods for method in scope.methods]
    by_mean = places(
        [turn * mean if mean is not None and is_ranked else None for mean, is_ranked in zip(means, ranked, strict=True)]
    )
    ranks = analyse(scope, name).average_ranks if better and metric(name).tested else {}
    unordered = [
        Standing(method, place, mean, ranks.get(scope.aliases[method.name]))
        for method, place, mean in zip(scope.methods, by_mean, means, strict=True)
    ]
    return tuple(sorted(unordered, key=lambda each: math.inf if each.place is None else each.place))


def leaders(scope: Scope, name: str, methods: Sequence[str] | None = None) -> list[str]:
    """Return the names of all that share the best place among `methods`, by default among all of the scope."""
    places = {
        each.method.name: each.place
        for each in standings(scope, name)
        if each.place is not None and (methods is None or each.method.name in methods)
    }
    return [method for method, place in places.items() if place == min(places.values())]


def places(scores: Sequence[float | None]) -> list[int | None]:
    """Return the place of each score, 1 for the highest; equal scores share a place, undefined ones have none."""
    return [
        None if score is None else 1 + sum(other is not None and other > score for other in scores) for score in scores
    ]


def marks(scope: Scope, name: str, condition: Condition) -> dict[str, Mark]:
    """Return the best and second best methods under a condition, as far as the shown digits distinguish them."""
    ranked = [method.name for method in scope.methods if not method.is_oracle]
    means = {method: scope.summary(name, condition, method).mean for method in ranked}
    return two_best(metric(name), means)


def two_best(shown_as: Metric, means: Mapping[str, float | None]) -> dict[str, Mark]:
    """Return the methods with the best and second best of some means, as far as the shown digits distinguish them."""
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


def clear_front(scope: Scope, name: str, points: Mapping[str, tuple[float, float]]) -> list[str]:
    """Return the methods of the Pareto front that are better than the next cheaper one beyond the 95 % interval.

    Args:
        scope: of the results.
        name: of the metric.
        points: method -> (cost, score), higher is better.

    Returns:
        Names by rising cost; empty below two, where the front lies within the noise.
    """
    on_front = [method for method, best in zip(points, front(list(points.values())), strict=True) if best]
    clear: list[str] = []
    for method in sorted(on_front, key=lambda method: points[method]):
        if not clear or verdict(_comparison(scope, name, method, clear[-1]), name) == "better":
            clear.append(method)
    return clear if len(clear) > 1 else []


def _comparison(scope: Scope, name: str, method: str, control: str) -> Comparison | None:
    ours, theirs = scope.aliases[method], scope.aliases[control]
    return analyse(pair(scope, ours, theirs), name).comparisons.get(ours)


def _shown_digits(mean: float, unit: Literal["fraction", "number", "count"]) -> float:
    return float(shown(mean, unit).replace("−", "-"))
