"""What the searches of tuned methods show: expected best score, values at the edge, chosen parameters, responses."""

import functools
import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ltsei.config.search_space import Dimension
from ltsei.core.annotations import Criterion
from ltsei.numerics.expected_best import expected_best
from ltsei.numerics.validation_scores import is_loss
from ltsei.report.cell_result import Condition
from ltsei.report.scopes import Scope
from ltsei.report.searches import Search

ScoreUnit = Literal["fraction", "number"]
SHARE = 0.5
"""Share of the searches whose chosen value lies at one edge of its range, from which on the report warns."""
Searches = Mapping[str, Mapping[Condition, Sequence[Search]]]
"""Method -> condition -> its searches, one for each seed, or one for all of them."""


@dataclass(frozen=True)
class Edge:
    """A parameter whose chosen value often lies at one end of its range.

    Attributes:
        method: name of the tuned method.
        parameter: its name.
        end: ``low`` or ``high``.
        searches: in how many searches it lies there.
        total: number of searches.
    """

    method: str
    parameter: str
    end: str
    searches: int
    total: int


@dataclass(frozen=True)
class Chosen:
    """The values of a parameter that the searches of one method under one condition chose.

    Attributes:
        method: name of the tuned method.
        condition: data set and ratio.
        dimension: the parameter.
        median, low, high: over the searches; low and high are the quartiles, None below two searches.
        at_edge: share of the searches whose value lies at an end of its range.
        default: share of the searches that chose the default recipe.
        searches: their number.
    """

    method: str
    condition: Condition
    dimension: Dimension
    median: float
    low: float | None
    high: float | None
    at_edge: float
    default: float
    searches: int


@dataclass(frozen=True)
class Response:
    """The score of one trial under one condition, mean over the seeds in which it did not diverge.

    Attributes:
        condition: data set and ratio.
        dimension: the parameter.
        value: of the parameter in this trial.
        score: of the choice, as `shown_score` returns it.
        is_default: whether it is the default recipe.
        chosen: number of searches that chose it.
        searches: number of searches.
    """

    condition: Condition
    dimension: Dimension
    value: float
    score: float
    is_default: bool
    chosen: int
    searches: int


@functools.cache
def searches(scope: Scope) -> Searches:
    """Return the searches of every tuned method of a scope with trials of its own; aliases are left out."""
    by_seeds: dict[str, dict[Condition, dict[str, Search]]] = {method: {} for method in scope.distinct}
    for cell in scope.cells:
        if cell.search and cell.files.method in by_seeds:
            of_condition = by_seeds[cell.files.method].setdefault(cell.condition, {})
            of_condition.setdefault(cell.search.files.seeds, cell.search)
    return {
        method: {condition: list(each.values()) for condition, each in conditions.items()}
        for method, conditions in by_seeds.items()
        if conditions
    }


def select_by(scope: Scope) -> Criterion:
    """Return the validation score by which trials were chosen."""
    return next((search.select_by for _, search in each_search(scope)), "val_balanced_accuracy")


def shown_score(score: float, name: Criterion) -> float:
    """Return a score, higher is better, as its name says: a loss is lower where better."""
    return -score if is_loss(name) else score


@functools.cache
def expected(scope: Scope) -> Mapping[str, Sequence[float]]:
    """Return method -> expected best score after one trial, two, ...: mean over conditions of means over searches."""
    curves: dict[str, list[float]] = {}
    for method, conditions in searches(scope).items():
        means = [_means([expected_best(search.scores) for search in each]) for each in conditions.values()]
        curves[method] = [shown_score(value, select_by(scope)) for value in _means(means)]
    return curves


def edges(scope: Scope) -> list[Edge]:
    """Return the parameters whose chosen value lies at the same end of its range in half of the searches or more."""
    counts: dict[tuple[str, str, str], int] = {}
    totals: dict[str, int] = {}
    for method, search in each_search(scope):
        totals[method] = totals.get(method, 0) + 1
        for dimension in search.files.space:
            if end := search.edge(dimension):
                key = (method, dimension.name, end)
                counts[key] = counts.get(key, 0) + 1
    every = (Edge(*key, count, totals[key[0]]) for key, count in counts.items())
    return [edge for edge in every if edge.searches >= SHARE * edge.total]


def diverged(scope: Scope) -> Mapping[str, tuple[int, int]]:
    """Return method -> number of its trials that diverged, and of all its trials."""
    counts: dict[str, tuple[int, int]] = {}
    for method, search in each_search(scope):
        failed, total = counts.get(method, (0, 0))
        counts[method] = (failed + search.diverged, total + len(search.trials))
    return counts


def chosen(scope: Scope) -> list[Chosen]:
    """Return what the searches chose: a row for each method, condition and parameter."""
    return [
        _chosen(method, condition, dimension, each)
        for method, conditions in searches(scope).items()
        for condition, each in conditions.items()
        for dimension in each[0].files.space
    ]


def responses(scope: Scope, method: str) -> Iterator[Response]:
    """Yield the score of each trial of a method under each condition, for each parameter."""
    for condition, of_condition in searches(scope).get(method, {}).items():
        for number, trial in enumerate(of_condition[0].trials):
            scores = [score for each in of_condition if (score := each.trials[number].score) is not None]
            if scores:
                score = shown_score(math.fsum(scores) / len(scores), select_by(scope))
                times = sum(each.chosen == number for each in of_condition)
                for dimension in of_condition[0].files.space:
                    value = trial.parameters[dimension.name]
                    yield Response(condition, dimension, value, score, number == 0, times, len(of_condition))


def _chosen(method: str, condition: Condition, dimension: Dimension, of_condition: Sequence[Search]) -> Chosen:
    values = [search.parameters[dimension.name] for search in of_condition]
    low, median, high = statistics.quantiles(values, method="inclusive") if len(values) > 1 else (None, values[0], None)
    return Chosen(
        method=method,
        condition=condition,
        dimension=dimension,
        median=median,
        low=low,
        high=high,
        at_edge=sum(bool(search.edge(dimension)) for search in of_condition) / len(values),
        default=sum(search.chosen == 0 for search in of_condition) / len(values),
        searches=len(values),
    )


def each_search(scope: Scope) -> Iterator[tuple[str, Search]]:
    """Yield every search of a scope with its method."""
    for method, conditions in searches(scope).items():
        for of_condition in conditions.values():
            yield from ((method, search) for search in of_condition)


def _means(rows: Sequence[Sequence[float]]) -> list[float]:
    """Return the mean of each column, over the rows that have it."""
    length = min(map(len, rows), default=0)
    return [math.fsum(row[place] for row in rows) / len(rows) for place in range(length)]
