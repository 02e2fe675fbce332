"""What the page and a table show of open sets: how well each score tells unknown classes from known ones, by method."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ltsei.core.run_seeds import RunSeed
from ltsei.evaluation.statistics import Summary, summarise
from ltsei.report.cell_result import CellResult, Condition
from ltsei.report.condition_text import condition_title
from ltsei.report.independent_seeds import independent_seeds, means_by_seed
from ltsei.report.matrix_results import MatrixResults
from ltsei.report.number_text import mean_and_spread, shown
from ltsei.report.tables.csv_rows import Row, write_rows

LABELS = {"auroc": "AUROC", "oscr": "OSCR", "fpr_at_95_tpr": "FPR at 95 % TPR"}
"""Metric -> its name for readers."""
COLUMNS = ("dataset", "ir", "seed", "method", "score", "metric", "value")


@dataclass(frozen=True)
class OpenSetRow:
    """One method and score; the values are texts, mean ± standard deviation over seeds, in the order of `LABELS`."""

    label: str
    score: str
    values: Sequence[str]


@dataclass(frozen=True)
class OpenSetPanel:
    """One condition: its title, what is known and unknown and which score is best, and the rows."""

    title: str
    sentence: str
    rows: Sequence[OpenSetRow]


def write_open_sets(path: str, results: MatrixResults) -> None:
    """Write one row per cell, score and open-set metric; none for data sets without unknown classes."""
    write_rows(path, (row for cell in results.cells for row in _tidy(cell)), COLUMNS)


def open_set_panels(results: MatrixResults) -> list[OpenSetPanel]:
    """Return a panel for each condition with finished cells whose data set has unknown classes."""
    panels = []
    for condition in results.conditions:
        cells = [cell for cell in results.cells if cell.condition == condition and cell.open_set]
        if cells:
            panels.append(_panel(results, condition, cells))
    return panels


def _tidy(cell: CellResult) -> Iterator[Row]:
    for score, metrics in cell.open_set.get("scores", {}).items():
        for name, value in metrics.items():
            key = (*cell.condition, cell.files.seed, cell.files.method, score, name, value)
            yield dict(zip(COLUMNS, key, strict=True))


def _panel(results: MatrixResults, condition: Condition, cells: Sequence[CellResult]) -> OpenSetPanel:
    scores, units = list(cells[0].open_set["scores"]), independent_seeds(cells)
    rows = []
    for method in results.methods:
        of_method = [cell for cell in cells if cell.files.method == method.name]
        for score in scores if of_method else []:
            summaries = [_summary(of_method, units, score, metric) for metric in LABELS]
            texts = [mean_and_spread(summary.mean, summary.sd, "fraction") for summary in summaries]
            rows.append(OpenSetRow(method.label, score, texts))
    return OpenSetPanel(condition_title(results, condition), _sentence(cells, scores), rows)


def _sentence(cells: Sequence[CellResult], scores: Sequence[str]) -> str:
    """Return the numbers of signals, and the score with the highest AUROC, the mean over methods and seeds."""
    known = cells[0].open_set
    means = {
        score: summarise(cell.open_set["scores"][score]["auroc"] for cell in cells).mean or 0.0 for score in scores
    }
    best = max(means, key=lambda score: means[score])
    methods = len({cell.files.method for cell in cells})
    over = "" if methods == 1 else f" over {methods} methods"
    return (
        f"{known['known_signals']} test signals of known classes, {known['unknown_signals']} of "
        f"{len(known['unknown_classes'])} unknown ones. The score {best} tells them apart best: AUROC "
        f"{shown(means[best], 'fraction')} %, mean{over}."
    )


def _summary(cells: Sequence[CellResult], units: Mapping[RunSeed, int], score: str, metric: str) -> Summary:
    """Return the summary over independent seeds."""
    values = ((cell.files.seed, cell.open_set["scores"][score][metric]) for cell in cells)
    return summarise(means_by_seed(values, units).values())
