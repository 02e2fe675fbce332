"""Results of others: methods of a results folder, and published numbers, on the same data and split or on others."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ltsei.core.run_seeds import RunSeed, independent, parse_seed
from ltsei.evaluation.statistics import Summary, summarise
from ltsei.pipeline.deployment.trained_files import evaluation_record
from ltsei.report import file_shapes, result_files
from ltsei.report.cell_result import COORDINATES, Condition
from ltsei.report.frames import finished_cells
from ltsei.report.independent_seeds import means_by_seed
from ltsei.report.remarks import ORACLE, remarks, with_remarks

Signals = tuple[str, str]
"""Fingerprints of the data and of the split."""
Values = Mapping[RunSeed, Mapping[str, float | None]]
"""Seed -> metric -> number."""


@dataclass(frozen=True)
class Entry:
    """One metric of one method on one data set at one ratio.

    Attributes:
        dataset, ir, method, metric: as in the results; ``natural`` is a ratio too.
        summary: over runs; as published where there is no folder, with 0 runs where their number is not known.
        source: the results folder, or where the number was published.
        signals: what the numbers were measured on; None for published ones, of which nobody can tell.
        remarks: why they cannot be compared with others as they are.
    """

    dataset: str
    ir: str
    method: str
    metric: str
    summary: Summary
    source: str
    signals: Signals | None
    remarks: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Method, with the remarks."""
        return with_remarks(self.method, self.remarks)

    @property
    def has_place(self) -> bool:
        """Whether the number is ranked; it is not where it is a bound."""
        return not self.is_published and ORACLE not in self.remarks

    @property
    def is_published(self) -> bool:
        """Whether the number was not measured here."""
        return self.signals is None


def measured(folder: Path, conditions: Collection[Condition] | None = None) -> Iterator[Entry]:
    """Yield every metric of the methods of a results folder, summarised over the finished cells of each.

    Args:
        folder: of results, or one above several, each of which has entries of its own.
        conditions: the only ones that count; None for all.

    Raises:
        InputError: there is no finished cell, or a result is damaged.
    """
    values: dict[tuple[str, str, str, str, Signals, tuple[str, ...]], dict[RunSeed, Mapping[str, float | None]]] = {}
    for cell in cells_under(folder, conditions):
        record = evaluation_record(cell)
        metrics = result_files.parsed(str(cell / "metrics.json"), file_shapes.metrics, dict[str, Any]())
        key = cell.parents[2].name, cell.parents[1].name.removeprefix("ir"), cell.name, str(cell.parents[3])
        seed = parse_seed(cell.parents[0].name.removeprefix("seed"))
        of_cell = signals_of(record["fingerprints"]), tuple(remarks(record.get("recipe", {})))
        values.setdefault((*key, *of_cell), {})[seed] = {
            name: metrics[name] for name in metrics if name not in COORDINATES
        }
    for (dataset, ir, method, source, signals, remarked), each in values.items():
        for metric in dict.fromkeys(name for metrics in each.values() for name in metrics):
            yield Entry(dataset, ir, method, metric, _summary(each, metric), source, signals, remarked)


def signals_of(fingerprints: Mapping[str, str]) -> Signals:
    """Return the fingerprints of data and split; empty texts in records that lack them."""
    return fingerprints.get("data", ""), fingerprints.get("make_split", "")


def cells_under(folder: Path, conditions: Collection[Condition] | None) -> list[Path]:
    """Return the finished cells below a folder under some conditions, or under all.

    Raises:
        InputError: there is no finished cell at all.
    """
    cells = finished_cells(folder)
    if conditions is None:
        return cells
    return [cell for cell in cells if (cell.parents[2].name, cell.parents[1].name.removeprefix("ir")) in conditions]


def _summary(values: Values, metric: str) -> Summary:
    """Return the summary over independent seeds, each with the mean of its runs (`run_seeds.independent`)."""
    scores = ((seed, metrics.get(metric)) for seed, metrics in values.items())
    return summarise(means_by_seed(scores, independent(values)).values())


def divided(entries: Sequence[Entry]) -> dict[tuple[str, str, Signals | None], list[Entry]]:
    """Return the entries of each (data set, ratio, data and split), published ones with the first of their data set.

    Numbers on other data or another split are never in one table, even if the data sets have the same name.
    """
    tables: dict[tuple[str, str, Signals | None], list[Entry]] = {}
    for entry in entries:
        if not entry.is_published:
            tables.setdefault((entry.dataset, entry.ir, entry.signals), []).append(entry)
    for entry in (entry for entry in entries if entry.is_published):
        same = [key for key in tables if key[:2] == (entry.dataset, entry.ir)]
        tables.setdefault(same[0] if same else (entry.dataset, entry.ir, None), []).append(entry)
    return tables
