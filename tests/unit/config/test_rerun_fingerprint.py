"""A fingerprint changes with what is computed, and with nothing else."""

import pytest
from conftest import SCRIPTS
from unit.config._caches import clear_caches

from ltsei.config.rerun_fingerprint import PACKAGE, PLUMBING, closure, code_of, fingerprint


def modules_of(package):
    """Return the paths of a package's modules, relative to the root of `ltsei`."""
    return [str(path.relative_to(PACKAGE)) for path in sorted((PACKAGE / package).glob("[!_]*.py"))]


def stage1(loss="focal", settings=None):
    clear_caches()
    return fingerprint(SCRIPTS / "stage1.py", settings or {}, [("losses", loss), ("backbones", "resnet1d")])


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_an_edited_loss_changes_only_the_trainings_that_use_it(package):
    focal, ldam = stage1("focal"), stage1("ldam")
    (package / "components" / "losses" / "focal.py").write_text(
        (package / "components" / "losses" / "focal.py").read_text() + "\nX = 1\n"
    )
    assert stage1("focal") != focal
    assert stage1("ldam") == ldam


def test_comments_docstrings_and_blank_lines_change_nothing(package):
    before = stage1()
    path = package / "components" / "losses" / "focal.py"
    path.write_text("# a comment\n\n" + path.read_text().replace('"""', '"""Another docstring. ', 1))
    assert stage1() == before


def test_shared_code_of_a_family_and_code_of_the_training_loop_count(package):
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
        "report/assets/charts.js",
        "training/stage3.py",
        *modules_of("data/readers")[:1],
        *(path for package in ("evaluation", "report", *sorted(PLUMBING)) for path in modules_of(package)[:1]),
    ],
)
def test_an_edit_of_code_that_stage_1_does_not_use_trains_no_network_again(package, path):
    before = stage1()
    edited = package / path
    edited.write_text(edited.read_text() + "\nX = 1\n")
    assert stage1() == before


@pytest.mark.parametrize(
    "path", ["data/split.py", "numerics/seeds.py", "training/optim.py", "components/heads/_shared.py"]
)
def test_an_edit_of_code_that_stage_1_uses_trains_a_network_again(package, path):
    before = stage1()
    edited = package / path
    edited.write_text(edited.read_text() + "\nX = 1\n")
    assert stage1() != before


def test_an_edit_of_the_groups_trains_again_only_the_loss_that_uses_them(package):
    focal, moe = stage1("focal"), stage1("moe_ltsei")
    edited = package / "data" / "groups.py"
    edited.write_text(edited.read_text() + "\nX = 1\n")
    assert stage1("focal") == focal
    assert stage1("moe_ltsei") != moe


@pytest.mark.parametrize("name", ["report.html.j2", "charts.js", "vega_lite/heat_map.json"])
def test_assets_of_the_report_count_for_the_report(package, name):
    before = fingerprint(SCRIPTS / "report.py", {})
    asset = package / "report" / "assets" / name
    asset.write_text(asset.read_text() + " ")
    clear_caches()
    assert fingerprint(SCRIPTS / "report.py", {}) != before


def test_the_packages_of_plumbing_exist_and_are_in_no_closure():
    assert all((PACKAGE / package / "__init__.py").is_file() for package in PLUMBING)
    modules = closure(code_of(SCRIPTS / "stage1.py").imports)
    assert "ltsei.training.fit" in modules
    assert not {module for module in modules if module.split(".")[1:2] and module.split(".")[1] in PLUMBING}
