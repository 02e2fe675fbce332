"""Why a Slurm job failed, in one sentence: from what Slurm said about it, its log, and the plugin's message."""

import re
from collections.abc import Sequence
from pathlib import Path

from ltsei.runtime.slurm import exits

SENTENCES = {
    "OUT_OF_MEMORY": "used more memory than the {memory} that it asked for",
    "TIMEOUT": "reached its time limit of {limit}",
    "DEADLINE": "reached its deadline",
    "NODE_FAIL": "its node {node} failed, and Slurm did not start it again",
    "BOOT_FAIL": "its node {node} did not boot",
    "CANCELLED": "was cancelled",
    "PREEMPTED": "was preempted, and Slurm did not start it again",
    "REVOKED": "was revoked",
    "FORGOTTEN": "Slurm no longer knows how it ended, and it has left no note",
}
"""State of a job, as Slurm calls it -> what happened."""
MEMORY = re.compile(r"exceeded.*memory|oom[- _]?kill|out of memory", re.IGNORECASE)
OF_PLUGIN = re.compile(r"SLURM-job '(\d+)'")
REFUSED = re.compile(r"SLURM sbatch failed\. The error message was '(.*?)'\.?\s+sbatch call:", re.DOTALL)
SLURM_ERROR = re.compile(r"^(?:slurmstepd|srun|sbatch)\S*: (?:error: )?(.*)$")
LINES = 3


def sentence(message: str, logs: Sequence[str]) -> str:
    """Return why a job failed; empty where it was no Slurm job.

    Args:
        message: of Snakemake's Slurm plugin, empty for the jobs of a group.
        logs: of the job; Slurm's own among them is called by the job's number.
    """
    refused = REFUSED.search(message)
    if refused:
        return f"Slurm refused the job: {_joined(refused[1].splitlines())}"
    numbers = [Path(log).stem for log in logs if Path(log).stem.isdecimal()]
    number = match[1] if (match := OF_PLUGIN.search(message)) else next(iter(numbers), "")
    if not number:
        return " ".join(message.split())
    errors = [line for log in logs if Path(log).stem == number for line in _slurm_errors(Path(log))]
    return f"{_what_happened(number, errors)} (Slurm job {number})"


def _what_happened(number: str, errors: Sequence[str]) -> str:
    facts = {"memory": "memory", "limit": "its request", "node": ""} | exits.failure(number)
    state = "OUT_OF_MEMORY" if any(map(MEMORY.search, errors)) else facts.get("state", "")
    reason = facts.get("reason", "")
    text = SENTENCES.get(state, "ended without an error in its log").format(**facts)
    if state == "CANCELLED" and reason not in ("", "None", "NonZeroExitCode"):
        text = f"{text}: {reason}"
    details = [] if state in ("OUT_OF_MEMORY", "CANCELLED") else errors[-LINES:]
    return "; ".join([text, *details])


def _slurm_errors(log: Path) -> list[str]:
    if not log.is_file():
        return []
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return [match[1] for line in lines if (match := SLURM_ERROR.match(line))]


def _joined(lines: Sequence[str]) -> str:
    """Return the lines of an error message as one, without the names of commands before them."""
    texts = [match[1] if (match := SLURM_ERROR.match(line.strip())) else line.strip() for line in lines]
    return "; ".join(dict.fromkeys(text for text in texts if text))
