"""Why a job was killed: its log gets the reason from Snakemake and Slurm, since it could not write one itself."""

import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from ltsei.runtime import job_state
from ltsei.runtime.attempt import RESUMES

ERROR_IN_RULE = re.compile(r"^Error in (?:rule|group) (\S+):$")
INTERRUPTED = "died with <Signals.SIGINT"
"""How Snakemake reports, just before the error of a job, that Ctrl-C ended it."""
LINES_BEFORE = 3
"""That report ends this many lines before the error of its job at most."""
SLURM_ERROR = re.compile(r"^(?:slurmstepd|srun|sbatch)\S*: error: (.*)$")


def explain(snakemake_logs: Iterable[Path], slurm_logs: Path) -> None:
    """Add the reason to the log of each failed job that does not end with an error."""
    for rule, log, message in (error for path in snakemake_logs for error in _errors(path)):
        if job_state.last_record(log)[0] != "ERROR":
            what = f"ended from outside: {_slurm_errors(message, slurm_logs) or message or 'killed, cause unknown'}"
            what = f"stopped before it had begun; {RESUMES}" if message == INTERRUPTED else what
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("a", encoding="utf-8") as file:
                file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')},000 ERROR {rule}: {what}\n")


def _errors(snakemake_log: Path) -> Iterator[tuple[str, Path, str]]:
    """Yield (rule, log of the job, Snakemake's message) for the last failure of each job in the log of a run."""
    lines = snakemake_log.read_text(encoding="utf-8").splitlines()
    failures: dict[Path, tuple[str, str]] = {}
    for index, line in enumerate(lines):
        match = ERROR_IN_RULE.match(line.strip())
        if match:
            block = dict(_fields(lines[index + 1 :]))
            message = block.get("message", "").removeprefix("None")
            if not message and any(INTERRUPTED in before for before in lines[max(0, index - LINES_BEFORE) : index]):
                message = INTERRUPTED
            if "log" in block:
                failures[Path(block["log"].partition(" (")[0])] = match[1], message
    yield from ((rule, log, message) for log, (rule, message) in failures.items())


def _fields(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the indented `key: value` lines that `lines` begins with."""
    for line in lines:
        if not line.startswith("    "):
            return
        key, _, value = line.strip().partition(": ")
        yield key, value


def _slurm_errors(message: str, slurm_logs: Path) -> str:
    """Return the last errors in the log of the Slurm job that a message names."""
    job = re.search(r"SLURM-job '(\d+)'", message)
    logs = slurm_logs.rglob(f"{job[1]}.log") if job else ()
    lines = [line for log in logs for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    errors = [match[1] for line in lines if (match := SLURM_ERROR.match(line))]
    return "; ".join(errors[-3:])
