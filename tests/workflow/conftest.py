"""Copies of the project in which tests run snakemake as a user would."""

import atexit
import compileall
import fcntl
import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import yaml
from conftest import EXPERIMENTS, REPOSITORY

from workflow import preloaded

HEARTBEAT = '        """Log how far a long epoch is."""\n'
"""How the function begins that a training calls after each step; no fingerprint counts its code."""
WAIT = """        from pathlib import Path

        while step > 1 and Path("hold", f"{self.name.split()[0]}-{epoch}").exists():
            time.sleep(0.01)
"""


@dataclass(frozen=True)
class Project:
    """A working copy whose package, rules and configuration a test may edit."""

    root: Path

    def command(self, *arguments):
        """Return the command line of snakemake on two cores."""
        return [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]

    def environment(self):
        """Return environment variables with which Python imports this copy of the package."""
        return {**os.environ, "PYTHONPATH": str(self.root / "src")}

    def snakemake(self, *arguments, check=True):
        """Run snakemake; return the completed process, with output and errors merged in `stdout`."""
        command = self.command(*arguments)
        options = command[command.index("snakemake") + 1 :]
        ended = preloaded.run("snakemake", options, self.root, self.environment(), merged=True)
        completed = CompletedProcess(command, *ended)
        assert not check or completed.returncode == 0, completed.stdout
        return completed

    def ltsei(self, *arguments, status=0):
        """Run a command of the package, which must end with a status; return its output."""
        ended = preloaded.run("ltsei", arguments, self.root, self.environment())
        assert ended[0] == status, ended[1] + (self.root / "errors.txt").read_text()
        return ended[1]

    def start(self, *arguments):
        """Start snakemake in a process group of its own, as a terminal or Slurm does; its output goes to output.txt."""
        options = {"cwd": self.root, "env": self.environment(), "start_new_session": True, "preexec_fn": heed_ctrl_c}
        with (self.root / "output.txt").open("w") as output:
            return subprocess.Popen(self.command(*arguments), stdout=output, stderr=subprocess.STDOUT, **options)

    def hold(self, rule, epoch):
        """Let a rule's training wait in an epoch, after its second step, until the returned file is deleted."""
        where, waits = "src/ltsei/runtime/attempt.py", f"{HEARTBEAT}{WAIT}"
        if waits not in (self.root / where).read_text():
            self.edit(where, HEARTBEAT, waits)
        path = self.root / "hold" / f"{rule}-{epoch}"
        path.parent.mkdir(exist_ok=True)
        path.touch()
        return path

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
        (self.root / path).unlink()  # other copies may share it
        (self.root / path).write_text(text.replace(old, new, 1))

    def copied(self, root):
        """Copy everything, results and Snakemake's records too, to a new folder; return the copy."""
        shutil.copytree(self.root, root, symlinks=True, ignore=lambda at, _: ["src"] if Path(at) == self.root else [])
        share(self.root / "src", root / "src")
        return Project(root)

    def files(self, pattern):
        """Return path -> bytes of the files that match a pattern."""
        return {
            path.relative_to(self.root): path.read_bytes() for path in sorted(self.root.glob(pattern)) if path.is_file()
        }


def heed_ctrl_c():
    """Let a new process heed Ctrl-C even where the tests do not, as when a shell runs them in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_until(condition, running):
    """Wait until a condition holds while a run continues."""
    deadline = time.monotonic() + 300
    while not condition():
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)


def share(package, copy):
    """Make a folder of files that are those of another one; `edit` makes a file the copy's own."""

    def link(source, target):
        try:
            os.link(source, target)
        except OSError:  # on another disk
            shutil.copy2(source, target)

    shutil.copytree(package, copy, copy_function=link)


@functools.cache
def compiled_package():
    """Return a compiled copy of the package, to share: that of the repository must not change with it."""
    compileall.compile_dir(REPOSITORY / "src", quiet=1)  # else the processes of each copy compile it again
    folder = tempfile.mkdtemp(prefix="ltsei-")
    atexit.register(shutil.rmtree, folder)
    return Path(shutil.copytree(REPOSITORY / "src", f"{folder}/src"))


def copy_project(root):
    """Copy the project to a new folder and return the copy."""
    ignore = shutil.ignore_patterns(".snakemake")
    for folder in ("workflow", "config", "profiles", "envs"):
        shutil.copytree(REPOSITORY / folder, root / folder, ignore=ignore)
    share(compiled_package(), root / "src")
    shutil.copy(REPOSITORY / "Snakefile", root)
    (root / "slurm").symlink_to("profiles/slurm")
    return Project(root)


@pytest.fixture
def project(tmp_path):
    """A fresh copy of the project with the configuration of the repository."""
    return copy_project(tmp_path / "project")


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory):
    """A project whose small experiment file has run to completion, and what the run printed; shared by all workers."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    output = folder / "finished" / "output.txt"  # written last
    with (folder / "finished.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not output.exists():
            shutil.rmtree(output.parent, ignore_errors=True)  # of a worker that failed
            project = copy_project(output.parent / "project")
            project.configure(EXPERIMENTS)
            output.write_text(project.snakemake().stdout)
    return Project(output.parent / "project"), output.read_text()


@pytest.fixture(scope="session")
def finished(finished_run):
    """The project of the finished run; tests must not change it."""
    return finished_run[0]


@pytest.fixture
def finished_copy(finished, tmp_path):
    """A copy of the finished project, with Snakemake's records, that a test may change."""
    return finished.copied(tmp_path / "project")


@pytest.fixture(scope="session")
def small_plan(tmp_path_factory):
    """Rule -> number of jobs of the small experiment file, by a dry run."""
    project = copy_project(tmp_path_factory.mktemp("small_plan") / "project")
    project.configure(EXPERIMENTS)
    return project.planned()
