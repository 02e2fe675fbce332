"""Whether the results on disk match the present configuration, code and data."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ltsei.core import files
from ltsei.pipeline import provenance
from ltsei.pipeline.matrix import Cell, Matrix
from ltsei.pipeline.rule_table import JobId


@dataclass(frozen=True)
class Finding:
    """The state of one cell.

    Attributes:
        cell: which.
        state: compared with the present configuration, code and data.
        changed: rules (or ``data``) that changed since a stale cell was computed.
        software: versions with which it was evaluated.
    """

    cell: Cell
    state: Literal["current", "stale", "missing"]
    changed: tuple[str, ...] = ()
    software: Mapping[str, str] = field(default_factory=dict)


def verify(matrix: Matrix, results: Path, changed_data: Collection[str] = ()) -> Iterator[Finding]:
    """Yield a finding for each cell of the matrix, by the recipe.json files below `results`.

    Args:
        matrix: the present configuration.
        results: the folder in which its results lie.
        changed_data: data sets whose files are no longer those that their stores were made from.
    """
    checksums = {dataset: _checksum(dataset, results) for dataset in matrix.datasets()}
    for cell in matrix.cells():
        record = matrix.job(cell, "evaluate").last_output(results)
        expected = matrix.expected(cell)
        if checksum := checksums[cell.dataset]:
            expected["data"] = "changed" if cell.dataset in changed_data else checksum
        yield _finding(cell, files.read_json(record), expected) if record.is_file() else Finding(cell, "missing")


def _finding(cell: Cell, record: Mapping[str, Any], expected: Mapping[str, str]) -> Finding:
    changed = tuple(provenance.changed(record["fingerprints"], expected))
    made = record.get("made", {}).get("evaluate", {})
    return Finding(cell, "stale" if changed else "current", changed, made.get("software", {}))


def _checksum(dataset: str, results: Path) -> str | None:
    """Return the checksum of the data from which the store was made, None where there is no store."""
    meta = JobId("prepare", dataset).last_output(results)
    return files.read_json(meta)["checksum"] if meta.is_file() else None
