"""Whether the results on disk match the present configuration, code and data, and are as they were written."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from ltsei.core import content
from ltsei.core.content import DamagedError
from ltsei.pipeline import damage, provenance
from ltsei.pipeline.damage import JobFiles
from ltsei.pipeline.data_files import unlabelled_checksum
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.matrix import Cell, Matrix
from ltsei.pipeline.rule_table import UNLABELLED_DATA

State = Literal["current", "out of date", "missing", "damaged"]


@dataclass(frozen=True)
class Finding:
    """The state of one cell.

    Attributes:
        cell: which.
        state: ``damaged`` if a file of its evaluation is; else compared with the present configuration, code and data.
        changed: rules (or ``data``) that changed since a cell that is out of date was computed.
        software: versions with which it was evaluated.
        damaged: path -> what is wrong with it.
        hashed: whether the hashes of its files were recorded.
    """

    cell: Cell
    state: State
    changed: tuple[str, ...] = ()
    software: Mapping[str, str] = field(default_factory=dict)
    damaged: Mapping[str, str] = field(default_factory=dict)
    hashed: bool = True


@dataclass(frozen=True)
class SharedFiles:
    """The files of a job before the evaluation, and the cells that rest on them."""

    files: JobFiles
    cells: tuple[Cell, ...]


def verify(
    matrix: Matrix, results: Path, changed_data: Collection[str] = (), *, quick: bool = False
) -> Iterator[Finding]:
    """Yield a finding for each cell of the matrix, by its evaluation and the recipe.json beside it.

    Args:
        matrix: the present configuration.
        results: the folder in which its results lie.
        changed_data: data sets whose files are no longer those that their stores were made from.
        quick: as in `damage.compare`.
    """
    checksums = {dataset: _checksum(matrix.store_job(dataset).last_output(results)) for dataset in matrix.datasets()}
    unlabelled = {dataset: unlabelled_checksum(matrix, dataset, results) for dataset in matrix.datasets()}
    for cell in matrix.cells():
        expected = matrix.expected(cell)
        if "prepare_unlabelled" in expected and (checksum := unlabelled[cell.dataset]):
            expected[UNLABELLED_DATA] = checksum
        if checksum := checksums[cell.dataset]:
            expected["data"] = "changed" if cell.dataset in changed_data else checksum
        yield _finding(cell, damage.compare(matrix.job(cell, "evaluate"), results, quick=quick), expected)


def shared(matrix: Matrix, results: Path, *, quick: bool = False) -> Iterator[SharedFiles]:
    """Yield the files of every job before an evaluation: stores, splits, trainings, features, post-hoc steps.

    A job none of whose files exist counts as damaged where a cell that rests on it has been evaluated.
    """
    cells: dict[JobId, list[Cell]] = {}
    for cell in matrix.cells():
        for job in matrix.jobs_of(cell):
            cells.setdefault(job, []).append(cell)
    evaluated = {cell for cell in matrix.cells() if content.exists(matrix.job(cell, "evaluate").last_output(results))}
    for job in matrix.jobs():
        if job.rule != "evaluate":
            files, used_by = damage.compare(job, results, quick=quick), tuple(cells.get(job, ()))
            if not files.exist and evaluated.intersection(used_by):
                files = replace(files, damaged={str(job.last_output(results)): content.MISSING})
            yield SharedFiles(files, used_by)


def _finding(cell: Cell, files: JobFiles, expected: Mapping[str, str]) -> Finding:
    if not files.exist:
        return Finding(cell, "missing")
    made = files.record.get("made", {}).get("evaluate", {})
    finding = Finding(cell, "current", (), made.get("software", {}), files.damaged, files.hashed)
    if files.damaged:
        return replace(finding, state="damaged")
    changed = tuple(provenance.changed(files.record.get("fingerprints", {}), expected))
    return replace(finding, state="out of date", changed=changed) if changed else finding


def _checksum(meta: Path) -> str | None:
    """Return the checksum of the data from which a store was made, None where its record cannot be read."""
    try:
        record = content.read_record(meta)
    except DamagedError:
        return None
    checksum: str | None = record.get("checksum")
    return checksum
