"""The check of a job's inputs: they must hold what the jobs that made them recorded."""

from typing import Any

from ltsei.core import content

SIGNALS = ("train", "test", "unlabelled")
"""Inputs that may be gigabytes, read by every training: the run that starts the job has compared their hashes."""
SOURCE = "source"
"""The files of a data source: nothing made them, so nothing recorded them."""


def check(snakemake: Any) -> None:
    """Compare each input of a job with the record beside it.

    A report reads what it shows itself, and marks what is damaged.

    Args:
        snakemake: the object that Snakemake gives to a script.

    Raises:
        DamagedError: an input is not as it was made, or cannot be read.
    """
    if snakemake.params.get("contents") is not None:
        return
    for name, value in snakemake.input.items():
        for path in [value] if isinstance(value, str) else value:
            if name != SOURCE:
                content.check(path, hashed=name not in SIGNALS)
