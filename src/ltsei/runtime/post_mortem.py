"""A job that was killed cannot say so itself: its log gets the reason from those who saw it end (no torch)."""

import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from ltsei.runtime import job_state

ERROR_IN_RULE = re.compile(r"^Error in (?:rule|group) (\S+):$")
SLURM_SAYS = re.compile(r"^(?:slurmstepd|srun|sbatch)\S*: error: (.*)$")


def explain(snakemake_logs: Iterable[Path], slurm_logs: Path) -> None:
    """Add a line to the log of each failed job that has none about its end."""
    for rule, log, message in (error for path in snakemake_logs for error in _errors(path)):
        if job_state.last_record(log)[0] != "ERROR":
            what = _slurms_words(message, slurm_logs) or message or "killed; nobody says by whom"
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("a", encoding="utf-8") as file:
                file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')},000 ERROR {rule}: ended from outside: {what}\n")


def _errors(snakemake_log: Path) -> Iterator[tuple[str, Path, str]]:
    """Yield (rule, its log, what Snakemake says) of every failure in the log of a run, the last of each job."""
    lines = snakemake_log.read_text(encoding="utf-8").splitlines()
    found: dict[Path, tuple[str, str]] = {}
    for index, line in enumerate(lines):
        match = ERROR_IN_RULE.match(line.strip())
        if match:
            block = dict(_fields(lines[index + 1 :]))
            if "log" in block:
                found[Path(block["log"].partition(" (")[0])] = match[1], block.get("message", "")
    yield from ((rule, log, message) for log, (rule, message) in found.items())


def _fields(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the indented `key: value` lines at the beginning of `lines`."""
    for line in lines:
        if not line.startswith("    "):
            return
        key, _, value = line.strip().partition(": ")
        yield key, value


def _slurms_words(message: str, slurm_logs: Path) -> str:
    """Return the last complaints in the log of the Slurm job that a message names."""
    job = re.search(r"SLURM-job '(\d+)'", message)
    logs = slurm_logs.rglob(f"{job[1]}.log") if job else ()
    lines = [line for log in logs for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    said = [match[1] for line in lines if (match := SLURM_SAYS.match(line))]
    return "; ".join(said[-3:])
