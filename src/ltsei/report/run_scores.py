"""The scores that statistical tests compare: of single runs, means over seeds, and comparisons of them."""

from collections.abc import Sequence

import numpy as np

from ltsei.evaluation import statistics
from ltsei.evaluation.metric_labels import metric
from ltsei.evaluation.seed_blocks import Run
from ltsei.evaluation.statistics import Comparison
from ltsei.report.cell_result import CellResult, Condition
from ltsei.report.independent_seeds import by_seed, independent_seeds
from ltsei.report.scopes import cells_by_method


def run_scores(cells: Sequence[CellResult], methods: Sequence[str], name: str) -> tuple[list[Run], np.ndarray]:
    """Return the runs, sorted, and the scores [runs, methods], higher is better, NaN where undefined or missing.

    Runs that depend on each other are one, with their mean score (`independent_seeds.by_seed`).
    """
    units = independent_seeds(cells)
    values = {
        (*key[:2], seed, key[2]): value
        for key, of_method in cells_by_method(cells).items()
        for seed, value in by_seed(of_method, units, name).items()
    }
    runs = sorted({Run(cell.condition, units[cell.files.seed], cell.files.origin) for cell in cells})
    sign = -1.0 if metric(name).better == "low" else 1.0
    table = [[values.get((*run.condition, run.seed, method)) for method in methods] for run in runs]
    scores = np.array([[np.nan if v is None else sign * v for v in row] for row in table], dtype=np.float64)
    return runs, np.round(scores.reshape(len(runs), len(methods)), statistics.DIGITS)


def condition_means(runs: Sequence[Run], scores: np.ndarray, conditions: Sequence[Condition]) -> np.ndarray:
    """Return means over seeds [conditions, methods]; NaN where a method has no defined seed."""
    rows = np.empty((len(conditions), scores.shape[1]))
    for row, condition in zip(rows, conditions, strict=True):
        row[:] = mean_of_defined(scores[[index for index, run in enumerate(runs) if run.condition == condition]])
    return np.round(rows, statistics.DIGITS)


def mean_of_defined(values: np.ndarray) -> np.ndarray:
    """Return the means over the defined rows [n, k] of each column; NaN where there are none."""
    counts = (~np.isnan(values)).sum(axis=0)
    return np.where(counts > 0, np.nansum(values, axis=0) / np.maximum(counts, 1), np.nan)


def comparisons(
    runs: Sequence[Run], scores: np.ndarray, conditions: Sequence[Condition], control: int, rope: float | None = None
) -> list[Comparison]:
    """Return the comparison of every other column of `scores` [runs, methods] with column `control`.

    A method that shares no seed with the control under one of `conditions` has no pairs: its mean would cover fewer
    conditions than the others'. `rope` is that of `statistics.compare`.
    """
    others = np.delete(scores, control, axis=1)
    differences = condition_means(runs, others - scores[:, [control]], conditions)
    paired = np.where(np.isnan(differences).any(axis=0), np.nan, others)
    return statistics.compare(paired, scores[:, control], runs, rope)
