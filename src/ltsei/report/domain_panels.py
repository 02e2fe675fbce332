"""What the page shows of domains: the mean balanced accuracy of each method on each day, receiver or distance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ltsei.evaluation.metric_labels import metric
from ltsei.report.cell_result import CellResult, Condition
from ltsei.report.condition_text import condition_title
from ltsei.report.matrix_results import MatrixResults
from ltsei.report.number_text import UNDEFINED, shown

METRIC = "balanced_accuracy"


@dataclass(frozen=True)
class DomainRow:
    """One method: balanced accuracy by value, the worst value, best minus worst, seen minus unseen; texts."""

    label: str
    scores: Sequence[str]
    worst: str
    gap: str
    drop: str


@dataclass(frozen=True)
class DomainPanel:
    """One domain under one condition.

    Attributes:
        title: domain and condition.
        values: (value, note on it) for each column.
        rows: a method each, the mean over its seeds.
        has_drop: whether some values have no training signals, others have.
    """

    title: str
    values: Sequence[tuple[str, str]]
    rows: Sequence[DomainRow]
    has_drop: bool


def domain_panels(results: MatrixResults) -> list[DomainPanel]:
    """Return a panel for each condition with finished cells and each domain of two test values or more."""
    return [panel for condition in results.conditions for panel in _panels(results, condition)]


def _panels(results: MatrixResults, condition: Condition) -> Iterator[DomainPanel]:
    cells = [cell for cell in results.cells if cell.condition == condition and cell.domains]
    for position, domain in enumerate(cells[0].domains if cells else []):
        if len(domain["values"]) < 2:
            continue
        values = [
            (row["value"], f"{row['test_signals']} test, {row['train_signals']} training signals")
            for row in domain["values"]
        ]
        rows = [
            _row(method.label, [cell for cell in cells if cell.files.method == method.name], position)
            for method in results.methods
            if any(cell.files.method == method.name for cell in cells)
        ]
        title = f"{domain['name']}, {condition_title(results, condition)}"
        yield DomainPanel(title, values, rows, any(row.drop != UNDEFINED for row in rows))


def _row(label: str, cells: Sequence[CellResult], position: int) -> DomainRow:
    """Return the means over the seeds of a method; worst, gap and drop are those of the means."""
    domains = [cell.domains[position] for cell in cells]
    scores = np.array([[row[METRIC] for row in domain["values"]] for domain in domains]).mean(axis=0)
    trained = np.array([row["train_signals"] > 0 for row in domains[0]["values"]])
    drop = scores[trained].mean() - scores[~trained].mean() if trained.any() and not trained.all() else None
    worst = int(scores.argmin())
    unit = metric(METRIC).unit
    return DomainRow(
        label=label,
        scores=[shown(float(score), unit) for score in scores],
        worst=f"{domains[0]['values'][worst]['value']} ({shown(float(scores[worst]), unit)})",
        gap=shown(float(scores.max() - scores.min()), unit),
        drop=UNDEFINED if drop is None else shown(float(drop), unit),
    )
