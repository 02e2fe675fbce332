"""What a result records about how it was made."""

import subprocess

from ltsei.config.recipe import Preparation, Recipe
from ltsei.core import files
from ltsei.pipeline import provenance
from ltsei.pipeline.provenance import Ancestry


def test_a_result_names_commit_machine_and_versions_of_every_stage_before_it(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "_commit", lambda: "0123456789ab")
    script = tmp_path / "stage1.py"
    script.write_text("")
    recipe = Recipe("stage1", Preparation(source={}), script, "f1")
    provenance.write(tmp_path / "first.json", recipe, {"seed": "0"}, Ancestry({}))
    after = Recipe("evaluate", Preparation(source={}), script, "f2")
    provenance.write(tmp_path / "second.json", after, {"seed": "0"}, provenance.read(tmp_path / "first.json"))
    made = files.read_json(tmp_path / "second.json")["made"]
    assert list(made) == ["stage1", "evaluate"]
    assert made["stage1"]["commit"] == "0123456789ab"
    assert set(made["stage1"]["software"]) >= {"python", "numpy", "torch"}
    assert made["stage1"]["machine"]["processor"]


def test_outside_a_repository_there_is_no_commit(monkeypatch):
    refused = subprocess.CompletedProcess([], 128, stdout="", stderr="not a git repository")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: refused)
    provenance._commit.cache_clear()
    assert provenance._commit() is None
    provenance._commit.cache_clear()


def test_without_git_there_is_no_commit(monkeypatch):
    def missing(*_, **__):
        raise FileNotFoundError("git")

    monkeypatch.setattr(subprocess, "run", missing)
    provenance._commit.cache_clear()
    assert provenance._commit() is None
    provenance._commit.cache_clear()
