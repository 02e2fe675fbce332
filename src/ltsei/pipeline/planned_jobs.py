"""The jobs of a matrix as Snakemake plans them, and why each would run."""

import csv
import io
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ltsei.core import content
from ltsei.core.content import DamagedError
from ltsei.core.errors import InputError
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.matrix import Matrix


@dataclass(frozen=True)
class PlannedJob:
    """One job of the plan.

    Attributes:
        id: its rule and wildcards; of a report only rule and block.
        reason: why it would run: ``missing``, ``changed: ...``, ``its inputs change``; empty where it is done.
        outputs: the files that it writes.
    """

    id: JobId
    reason: str
    outputs: tuple[str, ...]


def planned(matrix: Matrix, overlays: Sequence[str]) -> list[PlannedJob]:
    """Return every job of the matrix, as Snakemake plans them.

    Raises:
        InputError: Snakemake cannot plan.
    """
    summary = snakemake("--summary", overlays=overlays)
    jobs: dict[JobId, list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(summary), delimiter="\t"):
        path = Path(row["output_file"]).relative_to(matrix.config.results).as_posix()
        jobs.setdefault(JobId.of_file(row["rule"], path), []).append(row)
    return [_planned_job(matrix, job, rows) for job, rows in jobs.items()]


def snakemake(*arguments: str, overlays: Sequence[str]) -> str:
    """Return the output of snakemake with these arguments; InputError with its message where it fails."""
    chosen = ["--configfile", *overlays] if overlays else []
    command = [sys.executable, "-m", "snakemake", *arguments, *chosen]
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        what = next(argument for argument in arguments if argument.startswith("--"))
        raise InputError(f"snakemake {what}: {(done.stdout + done.stderr).strip()[-2000:]}")
    return done.stdout


def _planned_job(matrix: Matrix, job: JobId, rows: Sequence[Mapping[str, str]]) -> PlannedJob:
    return PlannedJob(job, _reason(matrix, job, rows), tuple(row["output_file"] for row in rows))


def _reason(matrix: Matrix, job: JobId, rows: Sequence[Mapping[str, str]]) -> str:
    if all(row["plan"] == "no update" for row in rows):
        return ""
    states = {row["status"] for row in rows} - {"ok"}
    if "missing" in states:
        return "missing"
    if "params changed" in states:
        return "changed: " + _changes(matrix, job, [row["output_file"] for row in rows])
    return ", ".join(sorted(states)) or "its inputs change"


def _changes(matrix: Matrix, job: JobId, outputs: Sequence[str]) -> str:
    """Return the settings that differ from those that made the results, or ``code`` where none does."""
    record = next((path for path in outputs if path.endswith("recipe.json")), None)
    if record is None:
        return "settings or code"
    now = matrix.recipe_of(job).settings.model_dump(mode="json")
    try:
        before = content.read_record(record)["recipe"].get(job.rule, {})
    except (DamagedError, KeyError):
        return "settings or code"
    return "; ".join(_differences(before, now)) or "code"


def _differences(before: Any, now: Any, where: str = "") -> list[str]:
    """Return `key old → new` for every value that differs."""
    if isinstance(before, dict) and isinstance(now, dict) and before.get("name") == now.get("name"):
        keys = list(dict.fromkeys([*before, *now]))
        return [
            line
            for key in keys
            for line in _differences(before.get(key), now.get(key), f"{where}.{key}" if where else key)
        ]
    return [] if before == now else [f"{where} {_short(before)} → {_short(now)}"]


def _short(value: Any) -> str:
    name = value.get("name") if isinstance(value, dict) else None
    return str(name or value)
