"""Results of others in a report: rows beside the methods of the matrix, without a place and in no test."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ltsei.config.results_of_others import OtherResults
from ltsei.core.errors import InputError
from ltsei.evaluation.statistics import Summary
from ltsei.pipeline.matrix import Cell, Matrix
from ltsei.report.cell_result import CellResult, Condition
from ltsei.report.leaderboard.entries import Entry, Signals, cells_under, measured, signals_of
from ltsei.report.published import published

EXPLAINED = (
    "Results of others were not measured in this matrix: they have no place, are compared with nothing, and their "
    "data, split and way of choosing may differ."
)


@dataclass(frozen=True)
class OtherRow:
    """A method of others with a metric.

    Attributes:
        method: as its source calls it, with remarks.
        origin: ``published: SOURCE`` or ``from FOLDER``, with what is known to differ.
        summaries: condition -> numbers of the metric.
    """

    method: str
    origin: str
    summaries: Mapping[Condition, Summary]

    @property
    def label(self) -> str:
        """Method and origin."""
        return f"{self.method} ({self.origin})"


def read(sources: Sequence[OtherResults], cells: Sequence[CellResult]) -> tuple[tuple[Entry, str], ...]:
    """Return the entries of all sources under the conditions of some cells, each with its origin.

    Raises:
        InputError: a file or folder is missing or damaged.
    """
    if not sources:
        return ()
    own = _own_signals(cells)
    return tuple((entry, _origin(entry, own.get((entry.dataset, entry.ir)))) for entry in _entries(sources, list(own)))


def rows(others: Iterable[tuple[Entry, str]], conditions: Collection[Condition], metric: str) -> list[OtherRow]:
    """Return a row for each method of each origin with a value of a metric under some of the conditions."""
    summaries: dict[tuple[str, str, Signals | None], dict[Condition, Summary]] = {}
    for entry, origin in others:
        if entry.metric == metric and (entry.dataset, entry.ir) in conditions and entry.summary.mean is not None:
            summaries.setdefault((entry.label, origin, entry.signals), {})[entry.dataset, entry.ir] = entry.summary
    return [OtherRow(label, origin, each) for (label, origin, _), each in summaries.items()]


def problems(matrix: Matrix) -> list[str]:
    """Return what is wrong with the files and folders that the experiment file names, a sentence each."""
    conditions = conditions_of(matrix.cells())
    return [
        f"results_of_others[{place}].{'table' if source.table else 'folder'}: {wrong}"
        for place, source in enumerate(matrix.config.results_of_others)
        for wrong in _problems(matrix, source, conditions)
    ]


def files(matrix: Matrix, cells: Iterable[Cell]) -> list[str]:
    """Return the files on which the rows beside some cells rest."""
    conditions = conditions_of(cells)
    paths = []
    for source in matrix.config.results_of_others:
        if source.table:
            paths.append(source.table)
        elif Path(source.path).is_dir():
            paths += [str(cell / "metrics.json") for cell in _cells(source.path, conditions)]
    return paths


def conditions_of(cells: Iterable[Cell]) -> list[Condition]:
    """Return the conditions of some cells."""
    return list(dict.fromkeys((cell.dataset, cell.ir) for cell in cells))


def _cells(folder: str, conditions: Collection[Condition]) -> list[Path]:
    try:
        return cells_under(Path(folder), conditions)
    except InputError:  # `problems` says so
        return []


def _entries(sources: Iterable[OtherResults], conditions: Collection[Condition]) -> Iterator[Entry]:
    for source in sources:
        entries = published(Path(source.path)) if source.table else measured(Path(source.path), conditions)
        yield from (entry for entry in entries if (entry.dataset, entry.ir) in conditions)


def _problems(matrix: Matrix, source: OtherResults, conditions: Collection[Condition]) -> Iterator[str]:
    path = Path(source.path)
    if source.folder and Path(matrix.config.results).resolve().is_relative_to(path.resolve()):
        yield f"{path} holds the results of this matrix; name another folder"
        return
    try:
        entries = published(path) if source.table else list(measured(path, conditions))
    except InputError as error:
        yield str(error)
        return
    datasets = dict.fromkeys(entry.dataset for entry in entries)
    if source.table and not any(name in matrix.config.datasets for name in datasets):
        yield (
            f"{path}: none of its data sets ({', '.join(datasets)}) is one of `datasets`: "
            f"{', '.join(matrix.config.datasets)}"
        )
    if source.folder and not entries:
        yield f"{path}: no cell has a data set and a ratio of the enabled blocks; leave the folder out"


def _own_signals(cells: Iterable[CellResult]) -> dict[Condition, Signals | None]:
    """Return each condition -> fingerprints of data and split in its first finished cell; None without one."""
    signals: dict[Condition, Signals | None] = {}
    for cell in cells:
        if signals.get(cell.condition) is None:
            fingerprints = cell.provenance.get("fingerprints")
            signals[cell.condition] = signals_of(fingerprints) if fingerprints else None
    return signals


def _origin(entry: Entry, own: Signals | None) -> str:
    if entry.signals is None:
        return f"published: {entry.source}"
    if own is None or entry.signals == own:
        return f"from {entry.source}"
    data, split = entry.signals
    others = f"other data {data[:8]}, " if data != own[0] else "other "
    return f"from {entry.source}, {others}split {split[:8]}"
