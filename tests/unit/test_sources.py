"""A fingerprint changes with what is computed, and with nothing else."""

import shutil

import pytest
from conftest import SCRIPTS

from ltsei import components, sources


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the package to edit, read by a fresh `sources`."""
    copy = tmp_path / "ltsei"
    shutil.copytree(components.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(sources, "PACKAGE", copy)
    forget()
    yield copy
    forget()


def forget():
    sources.code_of.cache_clear()
    sources.module_digest.cache_clear()


def stage1(loss="focal", settings=None):
    forget()
    return sources.fingerprint(SCRIPTS / "stage1.py", settings or {}, [("losses", loss), ("backbones", "resnet1d")])


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_an_edited_loss_changes_only_what_uses_it(package):
    focal, ldam = stage1("focal"), stage1("ldam")
    (package / "losses" / "focal.py").write_text((package / "losses" / "focal.py").read_text() + "\nX = 1\n")
    assert stage1("focal") != focal
    assert stage1("ldam") == ldam


def test_comments_docstrings_and_layout_change_nothing(package):
    before = stage1()
    path = package / "losses" / "focal.py"
    path.write_text("# a remark\n\n" + path.read_text().replace('"""', '"""Well: ', 1))
    assert stage1() == before


def test_what_members_share_and_what_the_loop_imports_counts(package):
    before = stage1()
    path = package / "losses" / "_shared.py"
    path.write_text(path.read_text() + "\nX = 1\n")
    middle = stage1()
    assert middle != before
    path = package / "training.py"
    path.write_text(path.read_text() + "\nX = 1\n")
    assert stage1() not in (before, middle)


@pytest.mark.parametrize("module", ["report/page.py", "metrics.py", "stage3.py", "datasets/files.py", "logs.py"])
def test_code_that_stage_one_does_not_run_changes_nothing(package, module):
    before = stage1()
    (package / module).write_text((package / module).read_text() + "\nX = 1\n")
    assert stage1() == before


def test_templates_of_the_report_count_for_the_report(package):
    before = sources.fingerprint(SCRIPTS / "report.py", {})
    template = next((package / "report" / "templates").iterdir())
    template.write_text(template.read_text() + "<!-- -->")
    forget()
    assert sources.fingerprint(SCRIPTS / "report.py", {}) != before


def test_plumbing_is_a_list_of_modules_which_exist():
    assert all(sources._path(module).exists() for module in sources.PLUMBING)
