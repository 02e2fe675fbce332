"""Why a Slurm job failed, in one sentence: from what Slurm said about it, its log, and the plugin's message."""

import re
from collections.abc import Sequence
from pathlib import Path

from ltsei.runtime.slurm import exits

SENTENCES = {
    "OUT_OF_MEMORY": "used more memory than it asked for ({memory})",
    "TIMEOUT": "reached its time limit ({limit})",
    "DEADLINE": "reached its deadline",
    "NODE_FAIL": "its node failed ({node}), and Slurm did not start it again",
    "BOOT_FAIL": "its node did not boot ({node})",
    "CANCELLED": "was cancelled",
    "PREEMPTED": "was preempted, and Slurm did not start it again",
    "REVOKED": "was revoked",
    "FORGOTTEN": "Slurm no longer knows how it ended, and it has left no note",
}
"""State of a job, as Slurm calls it -> what happened."""
MEMORY = re.compile(r"exceeded.*memory|oom[- _]?kill|out of memory", re.IGNORECASE)
CAUSES = {"TIME LIMIT": "TIMEOUT", "PREEMPTION": "PREEMPTED", "NODE FAILURE": "NODE_FAIL"}
"""Why Slurm cancelled a job, as its log says after ``DUE TO`` -> state."""
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
    facts = {"memory": "unknown", "limit": "unknown", "node": "unknown"} | exits.failure(number)
    state = _state(errors) or facts.get("state", "")
    reason = facts.get("reason", "")
    text = SENTENCES.get(state, "ended without an error in its log").format(**facts).replace(" (unknown)", "")
    if state == "CANCELLED" and reason not in ("", "None", "NonZeroExitCode"):
        text = f"{text}: {reason}"
    details = errors[-LINES:] if state in ("", "FAILED", "FORGOTTEN") else []
    return "; ".join([text, *details])


def _state(errors: Sequence[str]) -> str:
    """Return the state of which Slurm's log of a job tells; empty where it tells of none."""
    if any(map(MEMORY.search, errors)):
        return "OUT_OF_MEMORY"
    return next((state for cause, state in CAUSES.items() if any(f"DUE TO {cause}" in line for line in errors)), "")


def _slurm_errors(log: Path) -> list[str]:
    if not log.is_file():
        return []
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return [match[1] for line in lines if (match := SLURM_ERROR.match(line))]


def _joined(lines: Sequence[str]) -> str:
    """Return the lines of an error message as one, without the names of commands before them."""
    texts = [match[1] if (match := SLURM_ERROR.match(line.strip())) else line.strip() for line in lines]
    return "; ".join(dict.fromkeys(text for text in texts if text))
