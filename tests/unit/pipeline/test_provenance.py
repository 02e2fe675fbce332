"""What a result records about how it was made."""

import datetime
import hashlib
import platform
import subprocess
import sys
from types import SimpleNamespace

import pytest

from ltsei.config.recipe import Preparation, Recipe
from ltsei.core import content, files
from ltsei.core.content import DamagedError
from ltsei.pipeline import provenance
from ltsei.pipeline.provenance import Ancestry
from ltsei.pipeline.rule_table import RULES


def write_outputs(folder, *rules):
    """Write the outputs of rules beside the record that a test will write."""
    for path in [folder / name for rule in rules for name in RULES[rule].outputs.values()]:
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(path.name)


def test_a_record_holds_hash_and_size_of_every_other_output_of_its_rule(tmp_path):
    write_outputs(tmp_path, "stage1", "stage2_finetune", "evaluate")
    for rule in ("stage1", "stage2_finetune", "evaluate"):
        recipe = Recipe(rule, Preparation(source={}), tmp_path / "script.py", "f1")
        provenance.write(tmp_path / "recipe.json", recipe, {}, Ancestry({}))
        contents = content.read_record(tmp_path / "recipe.json")["contents"]
        assert sorted([*contents, "recipe.json"]) == sorted(RULES[rule].outputs.values())
        for name, recorded in contents.items():
            text = (tmp_path / name).read_bytes()
            assert recorded == {"sha256": hashlib.sha256(text).hexdigest(), "bytes": len(text)}


def test_a_record_that_was_edited_is_no_ancestry(tmp_path):
    write_outputs(tmp_path, "evaluate")
    recipe = Recipe("evaluate", Preparation(source={}), tmp_path / "script.py", "f1")
    provenance.write(tmp_path / "recipe.json", recipe, {}, Ancestry({"stage1": "f0"}))
    text = (tmp_path / "recipe.json").read_text()
    (tmp_path / "recipe.json").write_text(text.replace('"f0"', '"f9"'))
    with pytest.raises(DamagedError, match=r"recipe.json: content differs from what was recorded when it was made"):
        provenance.read(tmp_path / "recipe.json")


def test_a_result_names_commit_machine_and_versions_of_every_stage_before_it(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "_commit", lambda: "0123456789ab")
    script = tmp_path / "stage1.py"
    script.write_text("")
    recipe = Recipe("stage1", Preparation(source={}), script, "f1")
    write_outputs(tmp_path, "stage1", "evaluate")
    provenance.write(tmp_path / "first.json", recipe, {"seed": "0"}, Ancestry({}))
    after = Recipe("evaluate", Preparation(source={}), script, "f2")
    provenance.write(tmp_path / "second.json", after, {"seed": "0"}, provenance.read(tmp_path / "first.json"))
    made = files.read_json(tmp_path / "second.json")["made"]
    assert list(made) == ["stage1", "evaluate"]
    assert [files.read_json(tmp_path / name)["rule"] for name in ("first.json", "second.json")] == list(made)
    assert files.read_json(tmp_path / "second.json")["seed"] == "0"
    assert made["stage1"]["commit"] == "0123456789ab"
    assert set(made["stage1"]["software"]) >= {"python", "numpy", "torch"}
    assert set(made["stage1"]["machine"]) == {"host", "system", "processor", "accelerator"}
    assert made["stage1"]["machine"]["host"] == platform.node()


def test_a_record_reads_back_as_the_ancestry_of_what_is_made_from_it(tmp_path):
    script = tmp_path / "stage1.py"
    before = Ancestry({"data": "d"}, {"prepare": {"source": {}}}, {"prepare": {"commit": "c"}})
    write_outputs(tmp_path, "stage1")
    recipe = Recipe("stage1", Preparation(source={"recorded": datetime.date(2026, 1, 2)}), script, "f1")
    provenance.write(tmp_path / "recipe.json", recipe, {}, before)
    ancestry = provenance.read(tmp_path / "recipe.json")
    assert ancestry.fingerprints == {"data": "d", "stage1": "f1"}
    recorded = {"source": {"recorded": "2026-01-02"}, "length": None}
    assert ancestry.recipes == {"prepare": {"source": {}}, "stage1": recorded}
    assert ancestry.made["prepare"] == {"commit": "c"}


def test_the_ancestry_of_several_results_is_that_of_all_of_them(tmp_path):
    for name in ("a", "b"):
        content = {"fingerprints": {name: "f"}, "recipe": {name: {}}, "made": {name: {}}}
        files.write_json(tmp_path / name, content)
    files.write_json(tmp_path / "old", {"fingerprints": {"c": "f"}, "recipe": {}})  # before `made` was recorded
    ancestry = provenance.read(tmp_path / "a", tmp_path / "b", tmp_path / "old")
    assert ancestry == Ancestry({"a": "f", "b": "f", "c": "f"}, {"a": {}, "b": {}}, {"a": {}, "b": {}})


@pytest.mark.parametrize("used", [False, True])
def test_the_accelerator_is_named_where_torch_uses_one(monkeypatch, used):
    cuda = SimpleNamespace(is_initialized=lambda: used, get_device_name=lambda: "a GPU")
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda))
    assert provenance.surroundings()["machine"]["accelerator"] == ("a GPU" if used else None)


def test_without_torch_there_is_no_accelerator(monkeypatch):
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert provenance.surroundings()["machine"]["accelerator"] is None


@pytest.mark.parametrize(
    ("text", "processor"),
    [("processor\t: 0\nmodel name\t: A CPU: fast\nmodel name\t: B\n", "A CPU: fast"), ("Hardware\t: x\n", "other")],
)
def test_the_processor_is_the_first_that_the_system_names(monkeypatch, tmp_path, text, processor):
    (tmp_path / "cpuinfo").write_text(text)
    monkeypatch.setattr(provenance, "Path", lambda path: {"/proc/cpuinfo": tmp_path / "cpuinfo"}[path])
    monkeypatch.setattr(platform, "processor", lambda: "other")
    assert provenance._processor() == processor


def test_on_a_system_without_cpuinfo_python_names_the_processor(monkeypatch, tmp_path):
    monkeypatch.setattr(provenance, "Path", lambda path: tmp_path / "nothing")
    monkeypatch.setattr(platform, "processor", lambda: "other")
    assert provenance._processor() == "other"


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with one tagged commit and an edited file, in which the package lies."""
    (tmp_path / "module.py").write_text("")
    options = ["-c", "user.name=user", "-c", "user.email=user@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"], ["tag", "-m", "one", "v1"]):
        subprocess.run(["git", *options, *command], cwd=tmp_path, check=True)
    monkeypatch.setattr(provenance, "__file__", str(tmp_path / "module.py"))
    provenance._commit.cache_clear()
    yield tmp_path
    provenance._commit.cache_clear()


@pytest.mark.parametrize(("text", "suffix"), [("", ""), ("edited = 1\n", "-dirty")])
def test_the_commit_is_that_of_the_code_and_says_whether_files_differ(repository, capfd, text, suffix):
    (repository / "module.py").write_text(text)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repository, capture_output=True, text=True, check=True)
    assert provenance._commit() == head.stdout[:12] + suffix
    assert capfd.readouterr() == ("", "")


def test_changed_are_the_rules_whose_fingerprint_is_another_or_unknown_first_to_last():
    expected = {"evaluate": "e", "stage1": "t", "make_split": "s", "data": "d"}
    assert provenance.changed(expected, expected) == []
    assert provenance.changed({**expected, "stage2": "no longer used"}, expected) == []
    assert provenance.changed({"stage1": "t", "evaluate": "older"}, expected) == ["data", "make_split", "evaluate"]


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
