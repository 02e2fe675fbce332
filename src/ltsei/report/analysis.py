"""What the statistics of a report are about: which methods over which conditions, against which control."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ltsei.evaluation import statistics
from ltsei.evaluation.statistics import Comparison, Friedman
from ltsei.report.cell_result import CellResult, Condition
from ltsei.report.results import Block, Results
from ltsei.report.words import METRICS, metric


@dataclass(frozen=True)
class Scope:
    """Methods compared with each other over some conditions.

    Attributes:
        block: name of the experiment, empty for the whole report.
        condition: the only one, None for all.
        control: name of the method to which the others are compared.
        methods: names, in the order of the report; of several names for the same results the first.
        conditions: which the scope spans.
        cells: of the block, under these conditions.
    """

    block: str
    condition: Condition | None
    control: str
    methods: Sequence[str]
    conditions: Sequence[Condition]
    cells: Sequence[CellResult]


@dataclass(frozen=True)
class Analysis:
    """The statistics of one metric in one scope.

    Attributes:
        ranked: methods defined under every condition, whose ranks the Friedman test compares.
        friedman: None below three such methods or two conditions.
        cliques: groups of `ranked` whose average ranks do not differ significantly, best first.
        comparisons: method -> its comparison with the control, which itself is left out; one without results under
            some condition has no pairs, since its mean would be over other conditions than those of the others.
        smallest_p: what Holm's correction leaves of the least p that so many pairs can reach; None without pairs.
    """

    ranked: Sequence[str]
    friedman: Friedman | None
    cliques: Sequence[Sequence[str]]
    comparisons: Mapping[str, Comparison]
    smallest_p: float | None


def scopes(findings: Results) -> Iterator[Scope]:
    """Yield the scopes of a report: all of it and each block, each over all conditions and under each alone."""
    for block in findings.blocks:
        cells = block_cells(findings, block)
        conditions = [condition for condition in findings.conditions if any(c.condition == condition for c in cells)]
        yield _scope(block, None, conditions, cells)
        for condition in conditions if len(conditions) > 1 else []:
            yield _scope(block, condition, [condition], [cell for cell in cells if cell.condition == condition])


def block_cells(findings: Results, block: Block) -> list[CellResult]:
    """Return the cells of a block; those of the whole report for a block without name."""
    return [cell for cell in findings.cells if not block.name or block.name in cell.files.blocks]


def _scope(
    block: Block, condition: Condition | None, conditions: Sequence[Condition], cells: Sequence[CellResult]
) -> Scope:
    first: dict[str, str] = {}
    for cell in cells:
        first.setdefault(cell.canonical, cell.files.method)
    control = next((first[c.canonical] for c in cells if c.files.method == block.control), block.control)
    return Scope(block.name, condition, control, list(first.values()), conditions, cells)


def tested(names: Sequence[str]) -> list[str]:
    """Return the metrics among `names` of which some values are better than others."""
    return [name for name in names if name in METRICS and METRICS[name].better and METRICS[name].tested]


def analyse(scope: Scope, name: str) -> Analysis:
    """Return the statistics of the metric `name` in a scope."""
    runs, scores = _scores(scope, name)
    means = _means(runs, scores, scope)
    complete = np.flatnonzero(~np.isnan(means).any(axis=0)) if means.size else np.array([], dtype=int)
    ranked = [scope.methods[index] for index in complete.tolist()]
    test = statistics.friedman(means[:, complete]) if ranked else None
    groups = statistics.cliques(test.ranks, test.critical_difference) if test else []
    comparisons = _comparisons(runs, np.where(np.isnan(means).any(axis=0), np.nan, scores), scope) if runs else {}
    pairs = max((comparison.n for comparison in comparisons.values()), default=0)
    family = sum(comparison.n > 0 for comparison in comparisons.values())
    return Analysis(
        ranked=ranked,
        friedman=test,
        cliques=[[ranked[index] for index in group] for group in groups],
        comparisons={m: _in_its_direction(comparison, name) for m, comparison in comparisons.items()},
        smallest_p=min(1.0, family * statistics.smallest_p(pairs)) if pairs else None,
    )


def _scores(scope: Scope, name: str) -> tuple[list[tuple[Condition, int]], np.ndarray]:
    """Return the runs (condition, seed), sorted, and the scores [runs, methods], higher is better, NaN if none."""
    values = {
        (cell.condition, cell.files.seed, cell.files.method): (cell.metrics or {}).get(name) for cell in scope.cells
    }
    runs = sorted(dict.fromkeys((condition, seed) for condition, seed, _ in values))
    sign = -1.0 if metric(name).better == "low" else 1.0
    table = [[values.get((*run, method)) for method in scope.methods] for run in runs]
    scores = np.array([[np.nan if v is None else sign * v for v in row] for row in table], dtype=np.float64)
    return runs, np.round(scores.reshape(len(runs), len(scope.methods)), statistics.DIGITS)


def _means(runs: Sequence[tuple[Condition, int]], scores: np.ndarray, scope: Scope) -> np.ndarray:
    """Return means over seeds [conditions, methods]; NaN where a method has no defined seed."""
    rows = []
    for condition in scope.conditions:
        here = scores[[index for index, run in enumerate(runs) if run[0] == condition]]
        counts = (~np.isnan(here)).sum(axis=0)
        rows.append(np.where(counts > 0, np.nansum(here, axis=0) / np.maximum(counts, 1), np.nan))
    return np.round(np.array(rows), statistics.DIGITS)


def _comparisons(
    runs: Sequence[tuple[Condition, int]], scores: np.ndarray, scope: Scope
) -> dict[str, statistics.Comparison]:
    if scope.control not in scope.methods:
        return {}
    place = scope.methods.index(scope.control)
    others = [index for index in range(len(scope.methods)) if index != place]
    found = statistics.compare(scores[:, others], scores[:, place], [condition for condition, _ in runs])
    return {scope.methods[index]: comparison for index, comparison in zip(others, found, strict=True)}


def _in_its_direction(comparison: Comparison, name: str) -> Comparison:
    """Return a comparison as difference of the metric itself, which may be better when lower."""
    if metric(name).better != "low" or comparison.mean is None:
        return comparison
    turned = {"mean": -comparison.mean, "effect": None if comparison.effect is None else -comparison.effect}
    if comparison.low is not None and comparison.high is not None:
        turned |= {"low": -comparison.high, "high": -comparison.low}
    return Comparison(**{**vars(comparison), **turned})
