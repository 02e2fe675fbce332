"""Hostile or careless input runs nothing: every payload here leaves a file called `marker` wherever a shell runs it."""

import os
import shlex
import sys

import numpy as np
import pytest
import yaml
from workflow.conftest import copy_project

SLURM = ("sbatch", "squeue", "scontrol", "scancel", "sinfo", "sacct", "sacctmgr", "sshare")
STAND_IN = """#!{python}
import json, os, sys
from pathlib import Path
name = Path(sys.argv[0]).name
if name == "sbatch":
    with Path({calls!r}).open("a") as calls:
        calls.write(json.dumps(sys.argv[1:]) + "\\n")
sys.exit(name == "sbatch")
"""
PAYLOAD = "$(touch marker)"
TEMPLATE = """
__use_yte__: true
__definitions__:
  - open("marker", "w").close()
"""


@pytest.fixture
def submissions(tmp_path, monkeypatch):
    """A file with a line for each call of `sbatch`, whose stand-in records its arguments and fails."""
    calls = tmp_path / "calls"
    for name in SLURM:
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(STAND_IN.format(python=sys.executable, calls=str(calls)))
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    return calls


def submit(project, *arguments):
    """Return what `snakemake --profile slurm` prints; each job is submitted at most once, and none can follow it."""
    options = ["--profile", "slurm", "--retries", "0", "--slurm-init-seconds-before-status-checks", "1"]
    completed = project.snakemake(*options, *arguments, check=False)
    assert completed.returncode != 0
    return completed.stdout


def markers(folder):
    return [*folder.rglob("marker")]


@pytest.mark.fault("`$(…)` in the working directory, an overlay's name or `--config`", "named")
def test_no_folder_option_or_overlay_is_run_by_a_shell(tmp_path, experiments, submissions):
    project = copy_project(tmp_path / f"a{PAYLOAD}")
    project.configure(experiments)
    (project.root / f"over{PAYLOAD}.yaml").write_text("checkpoint_minutes: 5\n")
    text = submit(project, "--configfile", f"over{PAYLOAD}.yaml", "--config", f"results=res{PAYLOAD}")
    assert not markers(tmp_path)
    for where in ("working directory", "--snakefile", "--configfile", "--config"):
        assert f"{where}: got " in text
    assert "allowed are any characters but" in text
    assert not submissions.exists()


@pytest.mark.fault("`$(…)` in `results` or the path of a data file", "named")
def test_no_path_of_the_experiment_file_is_run_by_a_shell(project, experiments, submissions, tmp_path):
    experiments["results"] = f"res{PAYLOAD}"
    project.configure(experiments)
    text = submit(project)
    experiments["results"] = "results"
    (project.root / "data").mkdir()
    for seed, name in enumerate(("a", f"b{PAYLOAD}")):
        signals = np.random.default_rng(seed).normal(size=(40, 64, 2)).astype(np.float32)
        np.save(project.root / "data" / f"{name}.npy", signals)
    source = {"name": "files", "train": "data/*.npy", "holdout": 0.3, "layout": "NLC"}
    experiments["datasets"]["small"]["source"] = source
    project.configure(experiments)
    text += submit(project)
    assert not markers(tmp_path)
    assert f"results: got 'res{PAYLOAD}' with $, on which a shell can act" in text
    assert f"datasets.small.source: got 'data/b{PAYLOAD}.npy' with $, on which a shell can act" in text
    assert not submissions.exists()


def test_spaces_and_letters_of_any_language_reach_slurm_as_they_are(tmp_path, experiments, submissions):
    project = copy_project(tmp_path / "Mein Ordner (数据), & mehr")
    project.configure(experiments | {"results": "résultats; 1", "on_failure": "stop"})
    (project.root / "ein Überzug.yaml").write_text("checkpoint_minutes: 5\n")
    text = submit(project, "--configfile", "ein Überzug.yaml")
    assert submissions.exists(), text
    (command,) = (
        argument.removeprefix("--wrap=")
        for argument in yaml.safe_load(submissions.read_text().splitlines()[0])
        if argument.startswith("--wrap=")
    )
    assert {str(project.root / "Snakefile"), str(project.root / "ein Überzug.yaml")} <= set(shlex.split(command))


@pytest.mark.fault("Python in an experiment file (`__use_yte__`)", "named")
def test_python_in_an_experiment_file_or_overlay_is_refused_before_it_runs(project, experiments):
    project.configure(experiments)
    (project.root / "over.yaml").write_text(TEMPLATE)
    overlaid = project.snakemake("-n", "--configfile", "over.yaml", check=False)
    assert not markers(project.root)
    assert "over.yaml, line 2: __use_yte__ would run Python code" in overlaid.stdout
    path = project.root / "config" / "experiments.yaml"
    path.write_text(path.read_text() + TEMPLATE)
    direct = project.snakemake("-n", check=False)
    assert not markers(project.root)
    assert "__use_yte__ would run Python code" in direct.stdout
    assert overlaid.returncode != 0
    assert direct.returncode != 0


def test_an_overlay_that_a_profile_names_is_refused_with_the_word_that_it_has_run(project, experiments):
    project.configure(experiments)
    (project.root / "over.yaml").write_text(TEMPLATE)
    (project.root / "mine").mkdir()
    (project.root / "mine" / "config.yaml").write_text("configfile: [over.yaml]\n")
    completed = project.snakemake("-n", "--profile", "mine", check=False)
    assert completed.returncode != 0
    assert "Snakemake has ALREADY RUN the Python code of this overlay" in completed.stdout
