"""Paired comparisons other than with one control: each of several differences against 0, corrected for all of them."""

from collections.abc import Mapping

import numpy as np

from ltsei.evaluation import statistics
from ltsei.evaluation.seed_blocks import Run
from ltsei.evaluation.statistics import Comparison
from ltsei.report.cell_result import CellResult
from ltsei.report.independent_seeds import independent_seeds

Differences = Mapping[str, Mapping[CellResult, float]]
"""What is compared -> cell -> its difference; the cell says to which condition and seed it belongs."""


def against_zero(differences: Differences) -> dict[str, Comparison]:
    """Return the comparison of each mean difference with 0, with seeds as blocks (`statistics.compare`).

    A row that lacks a condition that another one has is compared under the conditions that it has.
    """
    cells = list(dict.fromkeys(cell for of_row in differences.values() for cell in of_row))
    units = independent_seeds(cells)
    run_of = {cell: Run(cell.condition, units[cell.files.seed], cell.files.origin) for cell in cells}
    runs = sorted(set(run_of.values()))
    table = np.full((len(runs), len(differences)), np.nan)
    for column, of_row in enumerate(differences.values()):
        by_run: dict[Run, list[float]] = {}
        for cell, value in of_row.items():
            by_run.setdefault(run_of[cell], []).append(value)
        for run, values in by_run.items():
            table[runs.index(run), column] = sum(values) / len(values)
    compared = statistics.compare(np.round(table, statistics.DIGITS), np.zeros(len(runs)), runs)
    return dict(zip(differences, compared, strict=True))
