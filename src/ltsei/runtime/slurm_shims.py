"""The layer between Snakemake and Slurm, so that Snakemake never waits for a job that is gone and no job runs twice.

Snakemake's Slurm plugin calls the commands `sbatch` and `squeue`. `workflow/slurm_shims/` holds two commands of these
names that call the functions here; `snakemake_run.start` puts that folder first in PATH. All other calls are passed on
to Slurm's own commands unchanged.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

SHIMS = "LTSEI_SLURM_SHIMS"
"""Environment variable with the folder of the commands that stand in for Slurm's own."""
RUN = "LTSEI_RUN"
"""Environment variable that tells the two commands and every job which run they belong to."""
RUNS = Path(".snakemake/ltsei/runs")
"""A folder for each run, named by its id: its record, and notes for the two commands. Snakemake does not touch it."""
GONE_AFTER_POLLS = 2
LAUNCH_FAILED = "launch failed requeued held"
"""Slurm's reason for holding a job that a node could not start, until somebody releases it."""
NEVER_STARTS = ("held", "BadConstraints", "NeverSatisfied", "NotAllowed", "PartitionNodeLimit", "PartitionTimeLimit")
"""Parts of those reasons for which a job waits until somebody intervenes."""
SECONDS = 60


@dataclass(frozen=True)
class Orphan:
    """A job in Slurm's queue, submitted by an earlier run in this folder.

    Attributes:
        number: Slurm's number of the job.
        state: such as ``PENDING``.
        name: the rule and its wildcards, as Snakemake's plugin writes them.
    """

    number: str
    state: str
    name: str


def notes(run: str | None = None) -> Path:
    """Return the folder of a run, of the present one unless its id is given; no other run writes there."""
    return RUNS / (run or os.environ.get(RUN) or "none")


def available() -> bool:
    """Return whether this machine submits to a Slurm cluster."""
    return own_command("squeue") is not None


def own_command(name: str) -> str | None:
    """Return the path of Slurm's own command, not of the one that stands in for it."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    shims = Path(os.environ.get(SHIMS, os.devnull)).resolve()
    return shutil.which(name, path=os.pathsep.join(folder for folder in folders if Path(folder).resolve() != shims))


def ask(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call a command of Slurm."""
    command = own_command(name) or name
    return subprocess.run([command, *arguments], text=True, capture_output=True, timeout=SECONDS, check=False)


def orphans(prefix: str) -> list[Orphan]:
    """Return the jobs in the queue that earlier runs in this folder submitted, by the prefix of their names."""
    listed = ask("squeue", "--me", "--noheader", "--states=PENDING,RUNNING,SUSPENDED", "--format=%A|%T|%j|%Z|%k").stdout
    rows = [line.split("|", 4) for line in listed.splitlines()]
    cwd = str(Path.cwd())
    return [
        Orphan(number, state, comment)
        for number, state, name, folder, comment in rows
        if name.startswith(f"{prefix}_") and folder == cwd
    ]


def take_over(jobs: Iterable[Orphan]) -> None:
    """Let `sbatch` hand these jobs to the present run instead of submitting them a second time."""
    folder = notes() / "orphans"
    shutil.rmtree(folder, ignore_errors=True)
    for job in jobs:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / job.name).write_text(job.number, encoding="utf-8")


def cancel(numbers: Collection[str]) -> None:
    """Cancel jobs."""
    if numbers:
        ask("scancel", *numbers)


def stuck(prefix: str) -> dict[str, str]:
    """Return the pending jobs of this folder that will not start by themselves -> Slurm's reason."""
    listed = ask("squeue", "--me", "--noheader", "--states=PENDING", "--format=%A|%j|%r|%Z").stdout
    rows = [line.split("|", 3) for line in listed.splitlines()]
    return {
        number: reason
        for number, name, reason, folder in rows
        if name.startswith(f"{prefix}_") and folder == str(Path.cwd()) and any(word in reason for word in NEVER_STARTS)
    }


def sbatch(arguments: Sequence[str]) -> int:
    """Hand over the job of an earlier run if there is one; else submit."""
    given = dict(pairwise(arguments))
    number = _claim(given.get("--comment", ""))
    if number is None:
        return _call("sbatch", arguments)
    if ask("scontrol", "update", f"JobId={number}", f"Name={given['--job-name']}").returncode == 0:
        sys.stdout.write(f"{number}\n")
        return 0
    if state_of(number) == "COMPLETED":  # meanwhile: an empty job replaces it, and Snakemake finds its files
        arguments = ["--wrap=true" if value.startswith("--wrap=") else value for value in arguments]
    return _call("sbatch", arguments)


def squeue(arguments: Sequence[str]) -> int:
    """Answer the plugin's query for the states of its jobs in terms that it handles; else call Slurm's own command."""
    given = dict(pairwise(arguments))
    name = given.get("--name")
    if name is None or "--format=%i|%T" not in arguments:
        return _call("squeue", arguments)
    done = ask("squeue", *(f"{value}|%r" if value == "--format=%i|%T" else value for value in arguments))
    sys.stderr.write(done.stderr)
    if done.returncode != 0:
        return done.returncode
    rows = [line.split("|") for line in done.stdout.splitlines()]
    held = {number for number, _, reason in rows if reason == LAUNCH_FAILED}
    cancel(held)
    states = {number: "CANCELLED" if number in held else state for number, state, _ in rows}
    for number, state in understood(states, notes() / f"{Path(name).name}.seen").items():
        sys.stdout.write(f"{number}|{state}\n")
    return 0


def understood(states: Mapping[str, str], memory: Path) -> dict[str, str]:
    """Return states that the plugin acts upon.

    The plugin takes a job that was preempted for good, or that Slurm has forgotten, for one that is still running. The
    first is reported as cancelled, so that it is retried; the second, once it is missing from two answers in a row, in
    the state that the accounting has, or as failed without accounting.

    Args:
        states: Slurm's answer, job -> state.
        memory: file with the jobs of earlier answers, and from how many answers in a row each has been missing.
    """
    lines = memory.read_text(encoding="utf-8").splitlines() if memory.exists() else []
    absent = {job: int(count) + 1 for job, count in map(str.split, lines)} | dict.fromkeys(states, 0)
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text("".join(f"{job} {count}\n" for job, count in absent.items()), encoding="utf-8")
    known = {job: "CANCELLED" if state == "PREEMPTED" else state for job, state in states.items()}
    return known | {job: state_of(job) or "FAILED" for job, count in absent.items() if count >= GONE_AFTER_POLLS}


def state_of(number: str) -> str:
    """Return the state of a job that may have ended; empty where Slurm no longer knows it."""
    queries = (
        ("squeue", "--noheader", "--states=all", "--format=%T", f"--jobs={number}"),
        ("sacct", "--allocations", "--noheader", "--parsable2", "--format=State", f"--jobs={number}"),
    )
    answers = (ask(*query) for query in queries if own_command(query[0]))
    states = [done.stdout.split() for done in answers if done.returncode == 0]
    state = next((words[0] for words in states if words), "")
    return "CANCELLED" if state == "PREEMPTED" else state


def _claim(name: str) -> str | None:
    """Return the number of the job to take over, at most once."""
    note = notes() / "orphans" / name
    claimed = note.with_name(f".{name}.claimed")
    if not name or "/" in name:
        return None
    try:
        note.rename(claimed)
    except FileNotFoundError:
        return None
    return claimed.read_text(encoding="utf-8")


def _call(name: str, arguments: Sequence[str]) -> int:
    """Call Slurm's own command with the same arguments."""
    command = own_command(name)
    if command is None:
        sys.stderr.write(f"{name}: Slurm's own command is not in PATH; run this where jobs can be submitted\n")
        return 127
    return subprocess.run([command, *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit({"sbatch": sbatch, "squeue": squeue}[sys.argv[1]](sys.argv[2:]))
