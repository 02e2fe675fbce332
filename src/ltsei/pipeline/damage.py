"""Whether the files of a job are as they were written: complete, of their size, with their content."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ltsei.core import content, sealed_npz
from ltsei.core.content import CONTENTS, DamagedError
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.rule_table import RULES

RECORD_OUTPUTS = ("recipe", "meta")
"""Outputs that record what the others of their job hold."""


@dataclass(frozen=True)
class JobFiles:
    """The files of one job, compared with their record.

    Attributes:
        job: which.
        exist: whether any of them exists.
        hashed: whether their hashes are recorded; earlier versions recorded none.
        damaged: path -> what is wrong with it; a job without any file has none.
        record: what the job recorded; empty where that is unreadable, and of a split.
    """

    job: JobId
    exist: bool
    hashed: bool
    damaged: Mapping[str, str]
    record: Mapping[str, Any]


def compare(job: JobId, results: Path, *, quick: bool = False) -> JobFiles:
    """Return the files of a job below `results` as they are now.

    Args:
        job: of a rule whose results are recorded.
        results: the folder of all results.
        quick: whether to compare only sizes, and hashes only of files that were written after their record.
    """
    paths = [Path(job.output(name, results)) for name in RULES[job.rule].outputs]
    if not any(map(content.exists, paths)):
        return JobFiles(job, False, False, {}, {})
    if job.rule == "make_split":
        return _split(job, paths[0])
    return _recorded(job, results, paths, quick)


def _split(job: JobId, path: Path) -> JobFiles:
    """Return the state of a split, which is its own record."""
    try:
        _, hashed = sealed_npz.read(path)
    except DamagedError as error:
        return JobFiles(job, True, False, {error.path: error.problem}, {})
    return JobFiles(job, True, hashed, {}, {})


def _recorded(job: JobId, results: Path, paths: list[Path], quick: bool) -> JobFiles:
    name = next(name for name in RECORD_OUTPUTS if name in RULES[job.rule].outputs)
    path = Path(job.output(name, results))
    others = [other for other in paths if other != path]
    try:
        record = content.read_record(path)
    except DamagedError as error:
        return JobFiles(job, True, False, {error.path: error.problem} | _incomplete(others), {})
    if record.get("rule", job.rule) != job.rule:  # a stage that another rule carried out, with files of its own
        return JobFiles(job, True, CONTENTS in record, {}, record)
    if CONTENTS not in record:
        return JobFiles(job, True, False, _incomplete(others), record)
    return JobFiles(job, True, True, dict(_differing(path, record[CONTENTS], quick)), record)


def _incomplete(paths: list[Path]) -> dict[str, str]:
    """Return path -> what is wrong, of files that are missing or empty."""
    return {str(path): wrong for path in paths if (wrong := content.problem(path))}


def _differing(record: Path, recorded: Mapping[str, Mapping[str, Any]], quick: bool) -> Iterator[tuple[str, str]]:
    """Yield (path, what is wrong) of the files that a record names."""
    for name, each in recorded.items():
        path = record.parent / name
        wrong = content.problem(path, each, hashed=not quick or content.is_newer(path, record))
        if wrong:
            yield str(path), wrong
