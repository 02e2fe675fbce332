"""`squeue` as Snakemake's Slurm plugin calls it: each job of the run in a state that the plugin acts upon.

The plugin takes a job that was preempted for good, that Slurm has forgotten, or whose node failed without being
replaced, for one that is still running, and waits forever.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ltsei.core import files
from ltsei.core.errors import InputError
from ltsei.runtime import run_folder
from ltsei.runtime.slurm import exits, queue
from ltsei.runtime.slurm.commands import ask, pass_on, value_of

QUERY = "--format=%i|%T"
"""How the plugin asks for states."""
FACTS = ("state", "reason", "node", "memory", "limit")
FORMAT = "--format=%i|%T|%r|%N|%m|%l"
"""How Slurm is asked: the job's number and its `FACTS`."""
LAUNCH_FAILED = "launch failed requeued held"
"""Slurm's reason for holding a job that a node could not start, until somebody releases it."""
AS_CANCELLED = ("PREEMPTED", "REVOKED")
FAILED = ("BOOT_FAIL", "CANCELLED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "TIMEOUT")
ENDED = ("COMPLETED", *FAILED)
ANSWERS = 2
"""A job is given up if it is missing, or stays in NODE_FAIL, in this many answers in a row: Slurm requeues at once."""


@dataclass
class Seen:
    """What earlier answers said about a job.

    Attributes:
        missing: from how many answers in a row it has been missing.
        node_failed: in how many answers in a row its node had failed.
        final: the state in which it was last reported to have ended, empty before.
    """

    missing: int = 0
    node_failed: int = 0
    final: str = ""


def main(arguments: Sequence[str]) -> int:
    """Answer the plugin's query for the states of its jobs; else call Slurm's own command."""
    name = value_of("--name", arguments)
    if name is None or QUERY not in arguments:
        return pass_on("squeue", arguments)
    done = ask("squeue", *(FORMAT if value == QUERY else value for value in arguments))
    sys.stderr.write(done.stderr)
    if done.returncode != 0:
        return done.returncode
    jobs = {}
    for line in done.stdout.splitlines():
        number, *facts = (part.strip() for part in line.split("|"))
        jobs[number] = dict(zip(FACTS, facts, strict=False))
    for number, state in states(jobs, run_folder.folder() / f"{Path(name).name}.seen.json").items():
        sys.stdout.write(f"{number}|{state}\n")
    return 0


def states(jobs: Mapping[str, Mapping[str, str]], memory: Path) -> dict[str, str]:
    """Return the state of each job of a run, those that Slurm has forgotten included.

    Args:
        jobs: Slurm's answer, number -> facts.
        memory: file about earlier answers, which is brought up to date.
    """
    seen = _read(memory)
    for number in {*seen, *jobs}:
        record = seen.setdefault(number, Seen())
        record.missing = 0 if number in jobs else record.missing + 1
        record.node_failed = record.node_failed + 1 if jobs.get(number, {}).get("state") == "NODE_FAIL" else 0
    answer = {number: _known(number, facts, seen[number]) for number, facts in jobs.items()}
    answer |= {
        number: record.final or _forgotten(number) for number, record in seen.items() if record.missing >= ANSWERS
    }
    for number, state in answer.items():
        seen[number].final = state if state in ENDED else ""
    files.write_json(memory, {number: vars(record) for number, record in seen.items()})
    return answer


def _known(number: str, facts: Mapping[str, str], seen: Seen) -> str:
    """Return the state of a job that Slurm knows; a failure is noted for those who ask why."""
    state = facts["state"]
    if facts.get("reason") == LAUNCH_FAILED:
        queue.cancel([number])
        state = "CANCELLED"
    elif state in AS_CANCELLED:
        state = "CANCELLED"
    elif state == "NODE_FAIL":  # the plugin leaves it to Slurm to start it again
        state = "FAILED" if seen.node_failed >= ANSWERS else "RUNNING"
    if state in FAILED and not exits.failure(number):
        exits.note_failure(number, **facts)
    return state


def _forgotten(number: str) -> str:
    """Return the state of a job that Slurm no longer lists."""
    state = queue.final_state(number)
    if state in ("", "NODE_FAIL"):
        exits.note_failure(number, state=state or "FORGOTTEN")
        return "FAILED"
    return "CANCELLED" if state in AS_CANCELLED else state


def _read(memory: Path) -> dict[str, Seen]:
    try:
        return {number: Seen(**record) for number, record in files.read_json(memory).items()}
    except (FileNotFoundError, InputError):
        return {}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
