"""Trainings that would run again although their results are here: copied, of a killed run, or under a former name."""

from collections.abc import Iterable
from pathlib import Path

from ltsei.pipeline.adopt import adoptable
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.renamed import complete, renamed
from ltsei.pipeline.rule_table import RULES


def keepable(matrix: Matrix, results: Path, planned: Iterable[JobId]) -> str | None:
    """Return a sentence about those of the planned trainings that need not run, None where there is none."""
    trainings = {job for job in planned if RULES[job.rule].trains}
    existing = {job: job.last_output(results) for job in trainings if complete(job, results)}
    known = set(adoptable(matrix, results, quick=True).paths) if existing else set()
    here = [job for job, path in existing.items() if path in known]
    moved = {job: old for old, job in renamed(matrix, results) if job in trainings} if trainings else {}
    parts = []
    if here:
        parts.append(f"{len(here)} have results without Snakemake's records (copied, or of a run that was killed)")
    if moved:
        pairs = sorted({f"{old.method} → {job.method}" for job, old in moved.items()})
        names = ", ".join(pairs[:3]) + (", …" if len(pairs) > 3 else "")
        parts.append(f"{len(moved)} have results under another name ({names})")
    return f"Of {len(trainings)} trainings to run, {' and '.join(parts)} that match" if parts else None
