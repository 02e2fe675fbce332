"""Slurm's own commands, as opposed to those of `workflow/slurm_shims/` that stand in for them in PATH."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

SHIMS = "LTSEI_SLURM_SHIMS"
"""Environment variable with the folder of the commands that stand in for Slurm's own."""
SECONDS = 60


def own_command(name: str) -> str | None:
    """Return the path of Slurm's own command, not of the one that stands in for it."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    shims = Path(os.environ.get(SHIMS, os.devnull)).resolve()
    return shutil.which(name, path=os.pathsep.join(folder for folder in folders if Path(folder).resolve() != shims))


def ask(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call a command of Slurm; one that does not answer within a minute has failed."""
    command = [own_command(name) or name, *arguments]
    try:
        return subprocess.run(command, text=True, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"{name}: no answer within {SECONDS} s")


def pass_on(name: str, arguments: Sequence[str]) -> int:
    """Call Slurm's own command with the same arguments; return its exit status."""
    command = own_command(name)
    if command is None:
        sys.stderr.write(f"{name}: Slurm's own command is not in PATH; run this where jobs can be submitted\n")
        return 127
    return subprocess.run([command, *arguments], check=False).returncode


def value_of(option: str, arguments: Sequence[str]) -> str | None:
    """Return the value of a long option, given as ``--option value`` or ``--option=value``; None without it."""
    joined = (text.removeprefix(f"{option}=") for text in arguments if text.startswith(f"{option}="))
    return dict(pairwise(arguments)).get(option) or next(joined, None)
