"""The prepared signals, which may be gigabytes: compared with their hashes when a run starts, and once only."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ltsei.core import content, files
from ltsei.core.content import CONTENTS, RECORDS, DamagedError
from ltsei.core.errors import InputError
from ltsei.runtime.run_folder import NOTES

COMPARED = NOTES / "compared.json"
"""Remembers path -> size, time of the last change (ns) and hash of the files that were as recorded."""


def check(jobs: Iterable[Any]) -> None:
    """Compare the stores that these jobs read with their hashes, but for files unchanged since they were compared.

    Args:
        jobs: of Snakemake, those that will run.

    Raises:
        DamagedError: a file is not as it was written. A store that these jobs make again is not compared.
    """
    planned = list(jobs)
    read = {str(job.input.meta) for job in planned if "train" in job.input.keys()}  # noqa: SIM118 (not a dict)
    read |= {str(path) for job in planned for path in job.input.get("unlabelled", []) if Path(path).name in RECORDS}
    made = {str(job.output.meta) for job in planned if job.rule.name == "prepare"}
    made |= {str(job.output.recipe) for job in planned if job.rule.name == "prepare_unlabelled"}
    compared = _compared()
    before = dict(compared)
    for record in sorted(read - made):
        _compare(Path(record), compared)
    if compared != before:
        files.write_json(COMPARED, compared)


def _compare(record: Path, compared: dict[str, Any]) -> None:
    for name, recorded in content.read_record(record).get(CONTENTS, {}).items():
        path = record.parent / name
        wrong = content.problem(path, recorded, hashed=False)
        if wrong:
            raise DamagedError(path, wrong)
        entry = [recorded["bytes"], path.stat().st_mtime_ns, recorded["sha256"]]
        if compared.get(str(path)) != entry:
            content.check(path)
            compared[str(path)] = entry


def _compared() -> dict[str, Any]:
    """Return what is remembered; nothing where that cannot be read."""
    try:
        remembered = files.read_json(COMPARED)
    except (OSError, InputError):
        return {}
    return remembered if isinstance(remembered, dict) else {}
