"""A copy of the project to run snakemake in, as a user would."""

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
        """The command line of snakemake on two cores."""
        return [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]

    def environment(self):
        """The environment in which it finds this copy of the package."""
        return {**os.environ, "PYTHONPATH": str(self.root / "src"), "PYTHONWARNINGS": "default"}

    def snakemake(self, *arguments, check=True):
        """Run snakemake; return its completed process, output and errors as one text."""
        options = {"text": True, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        done = subprocess.run(self.command(*arguments), cwd=self.root, env=self.environment(), **options)
        assert not check or done.returncode == 0, done.stdout
        return done

    def planned(self, *arguments):
        """Return rule -> number of jobs that a dry run plans; empty where there is nothing to do."""
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
        """Return path -> bytes of result files."""
        return {
            path.relative_to(self.root): path.read_bytes() for path in sorted(self.root.glob(pattern)) if path.is_file()
        }


def copy_of_the_project(root):
    ignore = shutil.ignore_patterns("__pycache__", ".snakemake")
    for folder in ("workflow", "config", "profiles", "src", "envs"):
        shutil.copytree(REPOSITORY / folder, root / folder, ignore=ignore)
    shutil.copy(REPOSITORY / "Snakefile", root)
    (root / "slurm").symlink_to("profiles/slurm")
    return Project(root)


@pytest.fixture
def project(tmp_path):
    """A fresh copy, with the configuration of the repository."""
    return copy_of_the_project(tmp_path / "project")


@pytest.fixture(scope="session")
def make_project(tmp_path_factory):
    """A function name -> fresh copy, for projects that several tests share."""
    return lambda name: copy_of_the_project(tmp_path_factory.mktemp(name) / "project")


@pytest.fixture(scope="session")
def finished(make_project):
    """A copy in which the small experiment file has run to its end; tests must leave it as it is."""
    project = make_project("finished")
    project.configure(EXPERIMENTS)
    project.snakemake()
    return project


@pytest.fixture
def copied(finished, tmp_path):
    """A copy of the finished project, Snakemake's records included, that a test may change."""
    root = tmp_path / "project"
    shutil.copytree(finished.root, root, symlinks=True)
    return Project(root)
