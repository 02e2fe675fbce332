"""Slurm commands that record how they are called and answer what a test prepares."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ltsei.runtime import run_folder

COMMAND = """#!{python}
import os, sys
from pathlib import Path
name = os.path.basename(sys.argv[0])
with open("calls", "a") as calls:
    calls.write(" ".join([name, *sys.argv[1:]]).replace("\\n", "\\\\n") + "\\n")
answers = sorted(Path("answers").glob(name + ".*"))
status, text, error = answers[0].read_text().split("\\0") if answers else ("0", "", "")
if len(answers) > 1:
    answers[0].unlink()
sys.stdout.write(text)
sys.stderr.write(error)
sys.exit(int(status))
"""


@dataclass(frozen=True)
class FakeSlurm:
    """The commands of a cluster in a folder that is the working directory."""

    root: Path

    def answer(self, name, text="", status=0, error=""):
        """Let the next call of a command print a text and end with a status; the last answer is repeated."""
        folder = self.root / "answers"
        folder.mkdir(exist_ok=True)
        number = len(list(folder.glob(f"{name}.*")))
        (folder / f"{name}.{number}").write_text("\0".join([str(status), text, error]))

    def forget(self, name):
        """Forget the answers of a command."""
        for path in (self.root / "answers").glob(f"{name}.*"):
            path.unlink()

    def calls(self, name):
        """Return how a command was called so far."""
        path = self.root / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line for line in lines if line.startswith(f"{name} ")]


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """Fake commands, the only ones in PATH: a machine that runs the tests may have Slurm and its accounting."""
    for name in ("squeue", "sbatch", "scontrol", "scancel"):
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(COMMAND.format(python=sys.executable))
        path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv(run_folder.RUN, "now")
    return FakeSlurm(tmp_path)
