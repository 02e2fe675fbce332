"""What stands between Snakemake and Slurm, so that no event leaves Snakemake waiting and no job runs twice (no torch).

Snakemake's Slurm plugin calls the commands `sbatch` and `squeue`. `workflow/slurm/` holds two commands of these names
which end in the functions here; `head.start` puts that folder first in PATH. Whatever they are not concerned with goes
to Slurm's own commands as it is.
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
NOTES = Path(".snakemake/ltsei")
"""Notes of a run for the two commands; a folder that Snakemake leaves alone."""
GONE_AFTER_POLLS = 2
HELD_FOR_EVER = "launch failed requeued held"
"""Slurm holds a job back after a node could not start it, until somebody releases it."""
NEVER_STARTS = ("held", "BadConstraints", "NeverSatisfied", "NotAllowed", "PartitionNodeLimit", "PartitionTimeLimit")
"""Parts of Slurm's reasons for which a job waits until somebody does something."""
SECONDS = 60


@dataclass(frozen=True)
class Orphan:
    """A job in Slurm's queue that an earlier run in this folder submitted.

    Attributes:
        number: Slurm's number of the job.
        state: such as ``PENDING``.
        name: the rule and its wildcards, as Snakemake's plugin writes them.
    """

    number: str
    state: str
    name: str


def available() -> bool:
    """Return whether this machine submits to a Slurm cluster."""
    return own_command("squeue") is not None


def own_command(name: str) -> str | None:
    """Return the path of Slurm's own command, not that of ours."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    shims = Path(os.environ.get(SHIMS, os.devnull)).resolve()
    return shutil.which(name, path=os.pathsep.join(folder for folder in folders if Path(folder).resolve() != shims))


def ask(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call a command of Slurm."""
    command = own_command(name) or name
    return subprocess.run([command, *arguments], text=True, capture_output=True, timeout=SECONDS, check=False)


def orphans(prefix: str) -> list[Orphan]:
    """Return the jobs in the queue that earlier runs in this folder submitted under this prefix of their names."""
    listed = ask("squeue", "--me", "--noheader", "--states=PENDING,RUNNING,SUSPENDED", "--format=%A|%T|%j|%Z|%k").stdout
    rows = [line.split("|", 4) for line in listed.splitlines()]
    here = str(Path.cwd())
    return [
        Orphan(number, state, comment)
        for number, state, name, folder, comment in rows
        if name.startswith(f"{prefix}_") and folder == here
    ]


def take_over(jobs: Iterable[Orphan]) -> None:
    """Note that `sbatch` shall hand these jobs to the present run instead of submitting them a second time."""
    shutil.rmtree(NOTES / "orphans", ignore_errors=True)
    for job in jobs:
        (NOTES / "orphans").mkdir(parents=True, exist_ok=True)
        (NOTES / "orphans" / job.name).write_text(job.number, encoding="utf-8")


def cancel(numbers: Collection[str]) -> None:
    """Cancel jobs."""
    if numbers:
        ask("scancel", *numbers)


def stuck(prefix: str) -> dict[str, str]:
    """Return the waiting jobs submitted from this folder that will not start by themselves -> Slurm's reason."""
    listed = ask("squeue", "--me", "--noheader", "--states=PENDING", "--format=%A|%j|%r|%Z").stdout
    rows = [line.split("|", 3) for line in listed.splitlines()]
    return {
        number: reason
        for number, name, reason, folder in rows
        if name.startswith(f"{prefix}_") and folder == str(Path.cwd()) and any(word in reason for word in NEVER_STARTS)
    }


def sbatch(arguments: Sequence[str]) -> int:
    """Hand a job of an earlier run over to this one if there is one to hand over; else submit."""
    given = dict(pairwise(arguments))
    number = _claim(given.get("--comment", ""))
    if number is None:
        return _call("sbatch", arguments)
    if ask("scontrol", "update", f"JobId={number}", f"Name={given['--job-name']}").returncode == 0:
        sys.stdout.write(f"{number}\n")
        return 0
    if state_of(number) == "COMPLETED":  # meanwhile: an empty job stands in for it, so that Snakemake takes its files
        arguments = ["--wrap=true" if value.startswith("--wrap=") else value for value in arguments]
    return _call("sbatch", arguments)


def squeue(arguments: Sequence[str]) -> int:
    """Answer the plugin's question for the states of its jobs so that it understands; else call Slurm's own."""
    given = dict(pairwise(arguments))
    name = given.get("--name")
    if name is None or "--format=%i|%T" not in arguments:
        return _call("squeue", arguments)
    done = ask("squeue", *(f"{value}|%r" if value == "--format=%i|%T" else value for value in arguments))
    sys.stderr.write(done.stderr)
    if done.returncode != 0:
        return done.returncode
    rows = [line.split("|") for line in done.stdout.splitlines()]
    held = {number for number, _, reason in rows if reason == HELD_FOR_EVER}
    cancel(held)
    states = {number: "CANCELLED" if number in held else state for number, state, _ in rows}
    for number, state in understood(states, NOTES / f"{Path(name).name}.seen").items():
        sys.stdout.write(f"{number}|{state}\n")
    return 0


def understood(states: Mapping[str, str], memory: Path) -> dict[str, str]:
    """Return states that the plugin acts upon.

    A job that was preempted for good is still running for the plugin, and so is one that Slurm has forgotten, for ever.
    The first is reported as cancelled, so that it is tried again; the second, absent from two answers in a row, as what
    the accounting says, and without accounting as failed.

    Args:
        states: Slurm's answer, job -> state.
        memory: file with the jobs of earlier answers and for how many it has been absent.
    """
    lines = memory.read_text(encoding="utf-8").splitlines() if memory.exists() else []
    absent = {job: int(count) + 1 for job, count in map(str.split, lines)} | dict.fromkeys(states, 0)
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text("".join(f"{job} {count}\n" for job, count in absent.items()), encoding="utf-8")
    known = {job: "CANCELLED" if state == "PREEMPTED" else state for job, state in states.items()}
    return known | {job: state_of(job) or "FAILED" for job, count in absent.items() if count >= GONE_AFTER_POLLS}


def state_of(number: str) -> str:
    """Return the state of a job that may have ended, empty where Slurm does not know it any more."""
    questions = (
        ("squeue", "--noheader", "--states=all", "--format=%T", f"--jobs={number}"),
        ("sacct", "--allocations", "--noheader", "--parsable2", "--format=State", f"--jobs={number}"),
    )
    answers = (ask(*question) for question in questions if own_command(question[0]))
    states = [done.stdout.split() for done in answers if done.returncode == 0]
    found = next((words[0] for words in states if words), "")
    return "CANCELLED" if found == "PREEMPTED" else found


def _claim(name: str) -> str | None:
    """Return the number of the job to take over, at most once."""
    note = NOTES / "orphans" / name
    claimed = note.with_name(f".{name}.claimed")
    if not name or "/" in name:
        return None
    try:
        note.rename(claimed)
    except FileNotFoundError:
        return None
    return claimed.read_text(encoding="utf-8")


def _call(name: str, arguments: Sequence[str]) -> int:
    """Call Slurm's own command as this one was called."""
    command = own_command(name)
    if command is None:
        sys.stderr.write(f"{name}: Slurm's own command is not in PATH; run this where jobs can be submitted\n")
        return 127
    return subprocess.run([command, *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit({"sbatch": sbatch, "squeue": squeue}[sys.argv[1]](sys.argv[2:]))
