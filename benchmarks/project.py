"""A folder in which a benchmark runs snakemake as a user would, with an overlay of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).parents[1]


@dataclass(frozen=True)
class Usage:
    """Wall time and CPU time in seconds of a command and its children, and the peak of the largest process in MB."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


class Project:
    """The workflow and the package of the repository, run in another working directory."""

    def __init__(self, folder: Path, overlay: Mapping[str, Any]) -> None:
        """Prepare an empty folder; `overlay` changes the experiment file of the repository."""
        self.folder = folder
        (folder / "config").symlink_to(REPOSITORY / "config")
        (folder / "overlay.yaml").write_text(yaml.safe_dump(dict(overlay)))

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of snakemake."""
        files = ["--snakefile", str(REPOSITORY / "Snakefile"), "--configfile", "overlay.yaml"]
        return [sys.executable, "-m", "snakemake", *files, *arguments]

    def start(self, *arguments: str) -> subprocess.Popen:
        """Start snakemake in a process group of its own; its output goes to a file."""
        with (self.folder / "snakemake.log").open("wb") as log:
            options = {"stdout": log, "stderr": subprocess.STDOUT, "start_new_session": True}
            return subprocess.Popen(self.command(*arguments), cwd=self.folder, **options)

    def run(self, *arguments: str) -> Usage:
        """Run snakemake to its end and return its usage; RuntimeError with its output if it failed."""
        started = time.perf_counter()
        _, status, usage = os.wait4(self.start(*arguments).pid, 0)
        if status:
            raise RuntimeError(self.output())
        return Usage(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e3)

    def output(self) -> str:
        """Return the output of the last command."""
        return (self.folder / "snakemake.log").read_text()
