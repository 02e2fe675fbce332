"""What a leaderboard compares: methods of results folders, and published numbers, on the same data and split."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ltsei.core import files
from ltsei.core.errors import InputError
from ltsei.evaluation.statistics import Summary, summarise
from ltsei.pipeline.deployment.trained_files import evaluation_record
from ltsei.report.frames import finished_cells

Signals = tuple[str, str]
"""Fingerprints of the data and of the split."""


@dataclass(frozen=True)
class Entry:
    """One method on one data set at one ratio.

    Attributes:
        dataset, ir, method: as in the results; ``natural`` is a ratio too.
        summary: of the metric over runs; as published where there is no folder.
        source: the results folder, or where the number was published.
        signals: what the numbers were measured on; None for published ones, of which nobody can tell.
    """

    dataset: str
    ir: str
    method: str
    summary: Summary
    source: str
    signals: Signals | None

    @property
    def is_published(self) -> bool:
        """Whether the number was not measured here."""
        return self.signals is None


def measured(folder: Path, metric: str) -> Iterator[Entry]:
    """Yield the methods of a results folder, each with the summary of a metric over its finished cells.

    Raises:
        InputError: there is no finished cell, a result is damaged, or no cell has the metric.
    """
    values: dict[tuple[str, str, str, Signals], list[float | None]] = {}
    names: dict[str, None] = {}
    for cell in finished_cells(folder):
        fingerprints = evaluation_record(cell)["fingerprints"]
        metrics = files.read_json(cell / "metrics.json")
        names |= dict.fromkeys(metrics)
        key = metrics["dataset"], metrics["ir"], metrics["method"], (fingerprints["data"], fingerprints["make_split"])
        values.setdefault(key, []).append(metrics.get(metric))
    if metric not in names:
        raise InputError(f"{folder}: no cell has the metric {metric!r}; there are {', '.join(names)}")
    for (dataset, ir, method, signals), each in values.items():
        yield Entry(dataset, ir, method, summarise(each), str(folder), signals)


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
