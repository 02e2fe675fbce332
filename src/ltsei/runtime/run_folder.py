"""The folders in which runs of `snakemake` keep notes; Snakemake itself does not touch them."""

import os
from collections.abc import Mapping
from pathlib import Path

RUN = "LTSEI_RUN"
"""Environment variable with the id of a run, for its jobs and for the commands that stand in for Slurm's own."""
NOTES = Path(".snakemake/ltsei")
RUNS = NOTES / "runs"
"""A folder for each run, named by its id: its record, and what it has planned."""


def folder(run: str | None = None) -> Path:
    """Return the folder of a run, of the present one unless its id is given; no other run writes there."""
    return RUNS / (run or os.environ.get(RUN) or "none")


def job_name(rule: str, wildcards: Mapping[str, str]) -> str:
    """Return the name of a job of the workflow, whatever the order of its wildcards."""
    return "/".join([rule, *(f"{key}={value}" for key, value in sorted(wildcards.items()))])
