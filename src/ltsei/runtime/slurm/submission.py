"""What a job in Slurm's queue computes: the jobs of the workflow in it, and the fingerprints they were sent for.

The comment of each Slurm job ends with the id of the run that sent it and a digest of the fingerprints. A later run
takes a job over only if it would send one with the same digest. The fingerprints also travel in the job's environment:
a job that finds other settings or code when it starts, since a file was edited meanwhile, refuses to compute.
"""

import hashlib
import json
import os
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import takewhile
from pathlib import Path

from ltsei.core import files
from ltsei.core.errors import InputError
from ltsei.runtime import run_folder
from ltsei.runtime.run_folder import job_name

SENT = "LTSEI_SENT"
"""Environment variable of a Slurm job: JSON, name of each job of the workflow in it -> fingerprint."""
MARK = " ltsei:"


@dataclass(frozen=True)
class Submission:
    """What one Slurm job computes.

    Attributes:
        results: the folder of all results.
        fingerprints: name of each job of the workflow in it, as `job_name` makes it -> fingerprint.
    """

    results: str
    fingerprints: Mapping[str, str]

    @property
    def digest(self) -> str:
        """A short hash, equal only for the same jobs with the same fingerprints and the same folder."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


def plan(everything: Submission) -> None:
    """Note every job that this run may submit."""
    files.write_json(_plan(), asdict(everything))


def planned() -> Submission:
    """Return every job that this run may submit; none where nothing was noted."""
    return _read(_plan()) or Submission("", {})


def of_command(command: str) -> Submission | None:
    """Return what the command of a Slurm job computes, by the plan of this run; None where the plan does not say."""
    known, names = planned(), job_names(command)
    if not names or not set(names) <= known.fingerprints.keys():
        return None
    return Submission(known.results, {name: known.fingerprints[name] for name in names})


def job_names(command: str) -> list[str]:
    """Return the names of the jobs that a command of Snakemake runs, from its option ``--target-jobs``."""
    words = shlex.split(command)
    if "--target-jobs" not in words:
        return []
    targets = takewhile(lambda word: not word.startswith("--"), words[words.index("--target-jobs") + 1 :])
    return [_name_of_target(target) for target in targets]


def _name_of_target(target: str) -> str:
    """Return the name of the job that Snakemake writes as ``rule:key=value,key=value``."""
    rule, _, wildcards = target.partition(":")
    return job_name(rule, dict(pair.split("=", 1) for pair in wildcards.split(",") if "=" in pair))


def comment_with_mark(comment: str, submission: Submission) -> str:
    """Return the comment of a Slurm job: that of Snakemake's plugin, the run and the digest."""
    return f"{comment}{MARK}{os.environ.get(run_folder.RUN, '')}:{submission.digest}"


def mark_of(comment: str) -> tuple[str, str]:
    """Return run and digest from the comment of a Slurm job, both empty where it has no mark."""
    run, _, digest = comment.rpartition(MARK)[2].partition(":") if MARK in comment else ("", "", "")
    return run, digest


def note(submission: Submission) -> None:
    """Note what is about to be submitted, for a run that finds the job in the queue."""
    files.write_json(_note(os.environ.get(run_folder.RUN), submission.digest), asdict(submission))


def noted(run: str, digest: str) -> Submission | None:
    """Return what a run has noted about a job in the queue; None where the note is gone or damaged."""
    return _read(_note(run, digest))


def senders() -> set[str]:
    """Return the runs in this folder that have submitted jobs, whether or not these are still in the queue."""
    return {path.parent.name for path in run_folder.RUNS.glob("*/sent")}


def _read(path: Path) -> Submission | None:
    try:
        return Submission(**files.read_json(path))
    except (FileNotFoundError, InputError, TypeError):
        return None


def _plan() -> Path:
    return run_folder.folder() / "planned.json"


def _note(run: str | None, digest: str) -> Path:
    return run_folder.folder(run) / "sent" / f"{digest}.json"


def check(rule: str, wildcards: Mapping[str, str], fingerprint: str) -> None:
    """Raise InputError if this process runs in a Slurm job that was sent for another fingerprint."""
    sent = json.loads(os.environ.get(SENT) or "{}")
    if sent.get(job_name(rule, wildcards), fingerprint) != fingerprint:
        raise InputError(
            "settings, code or data were edited after this job was submitted; run the same command again, "
            "which submits it with what they are now"
        )
