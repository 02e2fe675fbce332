"""A fingerprint changes with what is computed, and with nothing else."""

import shutil

import pytest
from conftest import SCRIPTS

from ltsei.config import fingerprint as fingerprints
from ltsei.config.fingerprint import PACKAGE, PLUMBING, assets_digest, closure, code_of, fingerprint


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the package to edit, read by a fresh `sources`."""
    copy = tmp_path / "ltsei"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(fingerprints, "PACKAGE", copy)
    forget()
    yield copy
    forget()


def forget():
    code_of.cache_clear()
    assets_digest.cache_clear()


def stage1(loss="focal", settings=None):
    forget()
    return fingerprint(SCRIPTS / "stage1.py", settings or {}, [("losses", loss), ("backbones", "resnet1d")])


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_an_edited_loss_changes_only_what_uses_it(package):
    focal, ldam = stage1("focal"), stage1("ldam")
    (package / "components" / "losses" / "focal.py").write_text(
        (package / "components" / "losses" / "focal.py").read_text() + "\nX = 1\n"
    )
    assert stage1("focal") != focal
    assert stage1("ldam") == ldam


def test_comments_docstrings_and_layout_change_nothing(package):
    before = stage1()
    path = package / "components" / "losses" / "focal.py"
    path.write_text("# a remark\n\n" + path.read_text().replace('"""', '"""Well: ', 1))
    assert stage1() == before


def test_what_members_share_and_what_the_loop_imports_counts(package):
    before = stage1()
    path = package / "components" / "losses" / "_shared.py"
    path.write_text(path.read_text() + "\nX = 1\n")
    middle = stage1()
    assert middle != before
    path = package / "training" / "fit.py"
    path.write_text(path.read_text() + "\nX = 1\n")
    assert stage1() not in (before, middle)


@pytest.mark.parametrize(
    "path",
    [
        "data/groups.py",
        "data/preview.py",
        "data/readers/containers.py",
        "evaluation/metrics.py",
        "report/words.py",
        "report/page.py",
        "report/assets/charts.js",
        "training/stage3.py",
        "pipeline/matrix.py",
        "runtime/job.py",
        "config/layers.py",
    ],
)
def test_no_network_is_trained_again_after_an_edit_of_what_stage_one_does_not_compute_with(package, path):
    before = stage1()
    edited = package / path
    edited.write_text(edited.read_text() + "\nX = 1\n")
    assert stage1() == before


@pytest.mark.parametrize(
    "path", ["data/split.py", "numerics/seeds.py", "training/optim.py", "components/heads/_shared.py"]
)
def test_a_network_is_trained_again_after_an_edit_of_what_stage_one_computes_with(package, path):
    before = stage1()
    edited = package / path
    edited.write_text(edited.read_text() + "\nX = 1\n")
    assert stage1() != before


def test_groups_train_again_only_the_loss_that_computes_with_them(package):
    focal, moe = stage1("focal"), stage1("moe_ltsei")
    edited = package / "data" / "groups.py"
    edited.write_text(edited.read_text() + "\nX = 1\n")
    assert stage1("focal") == focal
    assert stage1("moe_ltsei") != moe


@pytest.mark.parametrize("name", ["report.html.j2", "charts.js", "charts/heat_map.json"])
def test_assets_of_the_report_count_for_the_report(package, name):
    before = fingerprint(SCRIPTS / "report.py", {})
    asset = package / "report" / "assets" / name
    asset.write_text(asset.read_text() + " ")
    forget()
    assert fingerprint(SCRIPTS / "report.py", {}) != before


def test_plumbing_is_packages_which_exist_and_is_in_no_closure():
    assert all((PACKAGE / package / "__init__.py").is_file() for package in PLUMBING)
    modules = closure(code_of(SCRIPTS / "stage1.py").imports)
    assert "ltsei.training.fit" in modules
    assert not {module for module in modules if module.split(".")[1:2] and module.split(".")[1] in PLUMBING}
