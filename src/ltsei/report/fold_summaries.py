"""Methods over the folds of a family: mean, worst fold, and the drop from the data set without a change of domain.

A fold that leaves domains out of training is scored on their test signals, which the reference has, too; a fold that
is a test part of its own is scored on all of it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ltsei.core.run_seeds import RunSeed
from ltsei.evaluation.statistics import DIGITS, Comparison, Summary, summarise
from ltsei.report.cell_result import CellResult
from ltsei.report.independent_seeds import independent_seeds, means_by_seed
from ltsei.report.matrix_results import Family, MatrixResults
from ltsei.report.paired import against_zero

METRIC = "balanced_accuracy"
Scores = Mapping[str, Mapping[RunSeed, float]]
"""Fold -> seed -> balanced accuracy."""


@dataclass(frozen=True)
class FoldRow:
    """A method over the folds of a family.

    Attributes:
        method, label, is_oracle: its name and title, and whether it is a bound without a place.
        folds: fold -> summary over seeds; without values where nothing is done.
        mean: over seeds, of the means over all folds; seeds that lack a fold are left out.
        worst: the fold with the lowest mean; None without any.
        drop: reference minus fold, the mean over folds paired by seed, with seeds as the only source of chance; None
            without reference, or where no seed has all folds and the reference.
    """

    method: str
    label: str
    is_oracle: bool
    folds: Mapping[str, Summary]
    mean: Summary
    worst: str | None
    drop: Comparison | None


@dataclass(frozen=True)
class FoldSummary:
    """A family at one ratio; a row for each method with a finished fold."""

    family: Family
    ir: str
    rows: Sequence[FoldRow]


def fold_summaries(results: MatrixResults) -> list[FoldSummary]:
    """Return the summaries of all families and ratios with finished cells."""
    made = (
        FoldSummary(family, ir, list(_rows(results, family, ir)))
        for family in results.families
        for ir in dict.fromkeys(ir for dataset, ir in results.conditions if dataset in family.folds)
    )
    return [each for each in made if each.rows]


def _rows(results: MatrixResults, family: Family, ir: str) -> Iterator[FoldRow]:
    cells = {
        (cell.files.method, cell.files.dataset, cell.files.seed): cell
        for cell in results.cells
        if cell.files.ir == ir and cell.files.dataset in {*family.folds, family.reference}
    }
    differences: dict[str, dict[CellResult, float]] = {}
    scores: dict[str, Scores] = {}
    for method in results.methods:
        own = {(dataset, seed): cell for (name, dataset, seed), cell in cells.items() if name == method.name}
        scores[method.name] = _scores(family, own)
        if drops := dict(_drops(family, own, scores[method.name])):
            differences[method.name] = drops
    compared = against_zero(differences) if differences else {}
    units = independent_seeds(cells.values())
    for method in results.methods:
        of_method = scores[method.name]
        if any(of_method.values()):
            folds = {fold: _summary(of_seed, units) for fold, of_seed in of_method.items()}
            done = {fold: each.mean for fold, each in folds.items() if each.mean is not None}
            mean = _summary(_over_folds(of_method), units)
            worst = min(done, key=done.__getitem__)
            yield FoldRow(method.name, method.label, method.is_oracle, folds, mean, worst, compared.get(method.name))


def score(cell: CellResult, left_out: Mapping[str, Sequence[str]]) -> float | None:
    """Return the balanced accuracy of a cell, the mean over some values of its domains where there are any."""
    if not left_out:
        return cell.value(METRIC)
    values = [
        float(row[METRIC])
        for domain in cell.domains
        for row in domain["values"]
        if row["value"] in left_out.get(domain["name"], ())
    ]
    return math.fsum(values) / len(values) if values else None


def _scores(family: Family, cells: Mapping[tuple[str, RunSeed], CellResult]) -> Scores:
    return {
        fold: {
            seed: value
            for (dataset, seed), cell in cells.items()
            if dataset == fold and (value := score(cell, left_out)) is not None
        }
        for fold, left_out in family.folds.items()
    }


def _drops(
    family: Family, cells: Mapping[tuple[str, RunSeed], CellResult], scores: Scores
) -> Iterator[tuple[CellResult, float]]:
    """Yield, for each seed with all folds and the reference, the cell of the first fold and the drop."""
    first = next(iter(family.folds))
    for seed, mean in _over_folds(scores).items():
        reference = cells.get((family.reference or "", seed))
        same = [score(reference, left_out) for left_out in family.folds.values()] if reference else [None]
        known = [value for value in same if value is not None]
        if len(known) == len(family.folds):
            yield cells[first, seed], math.fsum(known) / len(known) - mean


def _over_folds(scores: Scores) -> dict[RunSeed, float]:
    """Return the mean over folds of each seed that has all of them."""
    complete = set.intersection(*map(set, scores.values()))
    return {
        seed: round(math.fsum(of_seed[seed] for of_seed in scores.values()) / len(scores), DIGITS)
        for seed in next(iter(scores.values()))
        if seed in complete
    }


def _summary(values: Mapping[RunSeed, float], units: Mapping[RunSeed, int]) -> Summary:
    """Return the summary over independent seeds, each with the mean of its runs."""
    means = means_by_seed(values.items(), units).values()
    return summarise([None if mean is None else round(mean, DIGITS) for mean in means])
