"""`ltsei verify` and `ltsei repair` on the command line."""

import copy
import json
import shutil

import pytest
import yaml
from conftest import EXPERIMENTS, SCRIPTS
from unit.pipeline._recorded import flip, without_hashes, write_results

from ltsei.cli import results_check
from ltsei.cli.main import main
from ltsei.core import files
from ltsei.pipeline import planned_jobs
from ltsei.pipeline.load import load_matrix

CRT = "results/small/ir2/seed0/crt"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A folder with the experiment file and the results of every job, which tests must not change."""
    folder = tmp_path_factory.mktemp("written")
    files.write_text(folder / "config" / "experiments.yaml", yaml.safe_dump(copy.deepcopy(EXPERIMENTS)))
    (folder / "workflow").mkdir()
    (folder / "workflow" / "scripts").symlink_to(SCRIPTS)
    write_results(load_matrix(copy.deepcopy(EXPERIMENTS), SCRIPTS), folder / "results")
    return folder


@pytest.fixture
def folder(written, tmp_path, monkeypatch):
    """A copy of that folder, as the working directory."""
    root = shutil.copytree(written, tmp_path / "project", symlinks=True)
    monkeypatch.chdir(root)
    return root


def test_results_as_they_were_written_pass(folder, capsys):
    assert main(["verify"]) == 0
    assert capsys.readouterr().out == "12 current, 0 out of date, 0 missing, 0 damaged\n"
    assert main(["repair"]) == 0
    assert capsys.readouterr().out == "nothing is damaged\n"


def test_damage_is_listed_and_fails_the_command(folder, capsys):
    flip(folder / CRT / "metrics.json")
    (folder / "results/small/ir2/seed0/ce/stage1/model.pt").write_text("")
    assert main(["verify"]) == 1
    lines = capsys.readouterr().out.splitlines()
    names = ", ".join(f"small/ir2/seed0/{method}" for method in ("ce", "crt", "tau_norm"))
    assert lines == [
        f"damaged: results/small/ir2/seed0/ce/stage1/model.pt: empty; 5 cells rest on it: {names} and 2 more",
        f"damaged: small/ir2/seed0/crt: {CRT}/metrics.json: content differs from what was recorded when it was made",
        "`ltsei repair` says how to make damaged results again",
        "11 current, 0 out of date, 0 missing, 1 damaged",
    ]


def test_a_damaged_shared_file_alone_fails_the_command(folder, capsys):
    flip(folder / "results/small/signals/train.npy")
    assert main(["verify"]) == 1
    assert main(["verify", "--quick"]) == 1  # it is newer than its record
    assert capsys.readouterr().out.count("signals/train.npy: content differs") == 2


def test_results_of_an_earlier_version_are_counted_and_pass(folder, capsys):
    without_hashes(folder / "results")
    assert main(["verify"]) == 0
    jobs = len(list((folder / "results").rglob("recipe.json"))) + 2 + 1  # and two splits, and the store
    assert capsys.readouterr().out.startswith(f"without content hashes: {jobs} (")


def test_repair_prints_commands_with_the_overlays_and_deletes_nothing(folder, capsys):
    files.write_text(folder / "over.yaml", "{}")
    (folder / CRT / "metrics.json").write_text("{}")
    before = sorted(folder.rglob("*"))
    assert main(["repair", "--configfile", "over.yaml"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert f"snakemake --cores all --configfile over.yaml --force {CRT}/recipe.json" in lines
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_the_plan_says_how_many_files_are_damaged(folder, capsys, monkeypatch, options):
    monkeypatch.setattr(planned_jobs, "planned", lambda matrix, overlays: [])
    assert main(["plan", *options]) == 0
    assert "damaged files" not in capsys.readouterr().out
    (folder / CRT / "metrics.json").write_text("{}")
    assert main(["plan", *options]) == 0
    out = capsys.readouterr().out
    if options:
        assert json.loads(out)["damaged"] == [f"{CRT}/metrics.json"]
    else:
        assert "damaged files, which count as done here: 1; see `ltsei repair`\n" in out


def test_adopting_says_what_is_refused_and_why(folder, capsys, monkeypatch):
    entered = []
    monkeypatch.setattr(results_check, "enter", lambda paths, overlays: entered.extend(paths))
    flip(folder / "results/small/ir2/seed0/crt/stage2/head.pt")
    assert main(["verify", "--adopt"]) == 1
    out = capsys.readouterr().out
    path = "results/small/ir2/seed0/crt/stage2/head.pt"
    assert f"not adopted: stage2 small/2/0/crt: {path}: content differs" in out
    assert "not adopted: 4 jobs that rest on these" in out  # evaluations of crt, crt_tau; both stages 3
    assert f"{len(entered)} jobs with matching results are now in Snakemake's records" in out
    assert not [path for path in entered if "ir2/seed0/crt" in str(path)]
