"""What a run finds at its end: whether each result that it asked for was made with its own settings, code and data."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ltsei.core import files
from ltsei.data.split import read_split
from ltsei.pipeline import adopt, provenance
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.rule_table import RULES, JobId


def made_otherwise(matrix: Matrix, results: Path, jobs: Iterable[JobId]) -> list[str]:
    """Return a sentence about each of these jobs whose result was made with other settings, code or data."""
    known = adopt.stores(matrix, results)
    sentences = []
    for job in jobs:
        if not RULES[job.rule].recorded:
            continue
        changed = provenance.changed(_recorded(job, results), _expected(matrix, job, known))
        if changed:
            sentences.append(f"{job.last_output(results)}: made with another {', '.join(changed)} than this run's")
    return sentences


def _recorded(job: JobId, results: Path) -> dict[str, str]:
    """Return the fingerprints beside a result."""
    path = job.last_output(results)
    if job.rule == "make_split":
        return dict(read_split(path).fingerprints)
    fingerprints: dict[str, str] = files.read_json(path)["fingerprints"]
    return fingerprints


def _expected(matrix: Matrix, job: JobId, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fingerprints that the present configuration, code and data give; `known` is from `adopt.stores`."""
    if job.rule == "prepare":
        return {"prepare": matrix.recipe_of(job).fingerprint}
    of_data = adopt.expected_of_data(matrix, job, known)
    return of_data | (adopt.expected_of_method(matrix, job) if job.method else {})
