"""Copies of the project in which tests run snakemake as a user would."""

import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from conftest import EXPERIMENTS, REPOSITORY


@dataclass(frozen=True)
class Project:
    """A working copy whose package, rules and configuration a test may edit."""

    root: Path

    def command(self, *arguments):
        """Return the command line of snakemake on two cores."""
        return [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]

    def environment(self):
        """Return environment variables with which Python imports this copy of the package."""
        return {**os.environ, "PYTHONPATH": str(self.root / "src"), "PYTHONWARNINGS": "default"}

    def snakemake(self, *arguments, check=True):
        """Run snakemake; return the completed process, with output and errors merged in `stdout`."""
        options = {"text": True, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        completed = subprocess.run(self.command(*arguments), cwd=self.root, env=self.environment(), **options)
        assert not check or completed.returncode == 0, completed.stdout
        return completed

    def planned(self, *arguments):
        """Return rule -> number of jobs that a dry run plans; empty if there is nothing to do."""
        text = self.snakemake(*arguments, "--dry-run", "--quiet", "rules", "host").stdout
        if "Nothing to be done" in text:
            return {}
        table = text.split("Job stats:")[1].split("total")[0].splitlines()[3:]
        return {rule: int(count) for rule, count in (line.split() for line in table if line.strip())}

    def configure(self, experiments):
        """Replace the experiment file."""
        (self.root / "config" / "experiments.yaml").write_text(yaml.safe_dump(experiments, sort_keys=False))

    def edit(self, path, old, new):
        """Replace the first occurrence of a text in a file."""
        text = (self.root / path).read_text()
        assert old in text
        (self.root / path).write_text(text.replace(old, new, 1))

    def files(self, pattern):
        """Return path -> bytes of the files that match a pattern."""
        return {
            path.relative_to(self.root): path.read_bytes() for path in sorted(self.root.glob(pattern)) if path.is_file()
        }


def copy_project(root):
    """Copy the project to a new folder and return the copy."""
    ignore = shutil.ignore_patterns("__pycache__", ".snakemake")
    for folder in ("workflow", "config", "profiles", "src", "envs"):
        shutil.copytree(REPOSITORY / folder, root / folder, ignore=ignore)
    shutil.copy(REPOSITORY / "Snakefile", root)
    (root / "slurm").symlink_to("profiles/slurm")
    return Project(root)


@pytest.fixture
def project(tmp_path):
    """A fresh copy of the project with the configuration of the repository."""
    return copy_project(tmp_path / "project")


@pytest.fixture(scope="session")
def make_project(tmp_path_factory):
    """A function folder name -> fresh copy, for projects that several tests share."""
    return lambda name: copy_project(tmp_path_factory.mktemp(name) / "project")


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A project whose small experiment file has run to completion, shared by all workers; tests must not change it."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    complete = folder / "finished" / "complete"
    with (folder / "finished.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not complete.exists():
            shutil.rmtree(complete.parent, ignore_errors=True)  # of a worker that failed
            project = copy_project(complete.parent / "project")
            project.configure(EXPERIMENTS)
            project.snakemake()
            complete.touch()
    return Project(complete.parent / "project")


@pytest.fixture
def finished_copy(finished, tmp_path):
    """A copy of the finished project, with Snakemake's records, that a test may change."""
    root = tmp_path / "project"
    shutil.copytree(finished.root, root, symlinks=True)
    return Project(root)
