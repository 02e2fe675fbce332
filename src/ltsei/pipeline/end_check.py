"""What a run finds at its end: whether each result that it asked for was made with its own settings, code and data."""

from collections.abc import Iterable
from pathlib import Path

from ltsei.core.content import DamagedError
from ltsei.pipeline import adopt, provenance
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.rule_table import RULES


def made_otherwise(matrix: Matrix, results: Path, jobs: Iterable[JobId]) -> list[str]:
    """Return a sentence about each of these jobs whose result was made with other settings, code or data."""
    known = adopt.stores(matrix, results)
    sentences = []
    for job in jobs:
        if not RULES[job.rule].recorded:
            continue
        path = job.last_output(results)
        try:
            changed = provenance.changed(adopt.recorded(job, path) or {}, adopt.expected(matrix, job, known))
        except DamagedError as error:
            sentences.append(str(error))
            continue
        if changed:
            sentences.append(f"{path}: made with another {', '.join(changed)} than this run's")
    return sentences
