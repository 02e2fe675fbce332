"""What is checked before Snakemake reads the experiment file: its form, and what ends up in the commands of jobs."""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ltsei.config import yaml_file
from ltsei.core.errors import InputError
from ltsei.core.shell import active_characters

UNQUOTED = re.compile(r"[\w@%+=:,./-]+")
"""Paths that can stand in a command line without quotes."""
ALREADY_RUN = (
    "Snakemake has ALREADY RUN the Python code of this overlay, since a profile names it or the logger is not `ltsei`: "
    f"{yaml_file.TEMPLATE}"
)
"""What opens the refusal of an overlay that is a template: `overlays.check` of the logger comes before Snakemake."""


def mistakes(workflow: Any, experiments: str) -> Iterator[str]:
    """Yield the mistakes in the options and folders of a run and in the form of its YAML files.

    Args:
        workflow: the run, as Snakemake has it while it reads the Snakefile.
        experiments: path of the experiment file.
    """
    yield from unsafe_values(workflow)
    if not workflow.modifier.skip_configfile:
        yield from _misread([experiments] if Path(experiments).exists() else [])
        for mistake in _misread(overlays(workflow)):
            yield mistake.replace(yaml_file.TEMPLATE, ALREADY_RUN, 1)


def overlays(workflow: Any) -> list[str]:
    """Return the overlays of a run, relative to the working directory."""
    return [os.path.relpath(path) for path in workflow.overwrite_configfiles]


def unsafe_values(workflow: Any) -> Iterator[str]:
    """Yield options and folders of a run on which a shell could act; the experiment file is checked by itself."""
    for where, text in _written(workflow):
        if clause := active_characters(text):
            yield f"{where}: {clause}"
    if not UNQUOTED.fullmatch(sys.executable):
        yield (
            f"Python: got {sys.executable!r}, but Snakemake writes this path into commands without quotes; allowed are "
            "letters, digits and @ % + = : , . / _ -; make the environment in a folder whose path has no others"
        )


def _written(workflow: Any) -> Iterator[tuple[str, str]]:
    """Yield where each value that Snakemake writes into the commands of jobs comes from, and the value."""
    yield "working directory", str(Path.cwd())
    yield "--snakefile", str(workflow.main_snakefile)
    for path in workflow.overwrite_configfiles:
        yield "--configfile", str(path)
    for entry in workflow.config_settings.config_args or ():
        yield "--config", entry


def _misread(paths: Iterable[str]) -> Iterator[str]:
    """Yield the mistakes of form in YAML files: Snakemake accepts some, and names no lines for the others."""
    for path in paths:
        try:
            yaml_file.read(path)
        except InputError as error:
            yield str(error)
