"""Does every result on disk match the present configuration, code and data?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ltsei.core import files
from ltsei.pipeline import provenance
from ltsei.pipeline.matrix import Cell, Matrix


@dataclass(frozen=True)
class Finding:
    """The state of one cell.

    Attributes:
        cell: which.
        state: as compared with the present configuration, code and data.
        levels: what changed since a stale one was computed.
        software: versions with which it was evaluated.
    """

    cell: Cell
    state: Literal["current", "stale", "missing"]
    levels: tuple[str, ...] = ()
    software: Mapping[str, str] = field(default_factory=dict)


def verify(matrix: Matrix, results: Path) -> list[Finding]:
    """Return a finding for each cell of the matrix, by the recipe.json files below `results`."""
    recorded = dict(_evaluated(results))
    checksums = {meta.parent.parent.name: _checksum(meta) for meta in results.glob("*/signals/meta.json")}
    return [_finding(matrix, cell, recorded, checksums) for cell in matrix.cells()]


def _finding(matrix: Matrix, cell: Cell, recorded: dict[Cell, Any], checksums: dict[str, str]) -> Finding:
    owner = Cell(cell.dataset, cell.ir, cell.seed, matrix.canonical(cell.method))
    if owner not in recorded:
        return Finding(cell, "missing")
    expected = matrix.expected(owner)
    if cell.dataset in checksums:
        expected["data"] = checksums[cell.dataset]
    levels = tuple(provenance.stale_levels(recorded[owner]["fingerprints"], expected))
    made = recorded[owner].get("made", {}).get("evaluate", {})
    return Finding(cell, "stale" if levels else "current", levels, made.get("software", {}))


def _evaluated(results: Path) -> Iterator[tuple[Cell, dict[str, Any]]]:
    for path in results.rglob("recipe.json"):
        record = files.read_json(path)
        if record.get("rule") == "evaluate":
            yield Cell(record["dataset"], record["ir"], int(record["seed"]), record["method"]), record


def _checksum(meta: Path) -> str:
    checksum: str = files.read_json(meta)["checksum"]
    return checksum
