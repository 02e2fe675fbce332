"""What Snakemake writes into the commands of its jobs from this run: options, folders, and its own Python."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ltsei.core.shell import active_characters

UNQUOTED = re.compile(r"[\w@%+=:,./-]+")
"""Paths that can stand in a command line without quotes."""


def problems(workflow: Any) -> Iterator[str]:
    """Yield options and folders of this run on which a shell could act; the experiment file is checked by itself."""
    for where, text in _written(workflow):
        if clause := active_characters(text):
            yield f"{where}: {clause}"
    if not UNQUOTED.fullmatch(sys.executable):
        yield (
            f"Python: got {sys.executable!r}, but Snakemake writes this path into commands without quotes; allowed are "
            "letters, digits and @ % + = : , . / _ -; make the environment in a folder whose path has no others"
        )


def _written(workflow: Any) -> Iterator[tuple[str, str]]:
    """Yield where each value comes from, and the value."""
    yield "working directory", str(Path.cwd())
    yield "--snakefile", str(workflow.main_snakefile)
    for path in workflow.overwrite_configfiles:
        yield "--configfile", str(path)
    for entry in workflow.config_settings.config_args or ():
        yield "--config", entry
