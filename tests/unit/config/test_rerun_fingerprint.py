"""A fingerprint changes with what is computed, and with nothing else."""

import hashlib
import os
import re
import subprocess
import sys

import pytest
from conftest import SCRIPTS
from unit.config._caches import clear_caches

from ltsei.config.rerun_fingerprint import PACKAGE, PLUMBING, assets_digest, closure, code_of, fingerprint


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


@pytest.fixture
def code(tmp_path):
    """A function that writes a module and returns the part of it that counts."""

    def write(text):
        path = tmp_path / "module.py"
        path.write_text(text)
        clear_caches()
        return code_of(path)

    return write


@pytest.mark.parametrize(
    "text",
    [
        "import ltsei.data.split",
        "import ltsei.data.split as s, os",
        "from ltsei.data.split import Split",
        "from ltsei.data import split",
        "def f():\n    from ltsei.data import split",
        "class A:\n    def f(self):\n        import ltsei.data.split",
        "try:\n    import numpy\nexcept ImportError:\n    import ltsei.data.split",
        "try:\n    pass\nfinally:\n    import ltsei.data.split",
        "if x:\n    pass\nelse:\n    import ltsei.data.split",
        "with x:\n    for y in z:\n        while y:\n            import ltsei.data.split",
        "match x:\n    case 1:\n        import ltsei.data.split",
    ],
)
def test_an_import_counts_wherever_it_stands(code, text):
    assert "ltsei.data.split" in code(text).imports


@pytest.mark.parametrize(
    "text",
    [
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import ltsei.data.split",
        "import numpy, ltseix.data.split",
        "from . import split",
        "from ltsei.data.split_no_more import x",
    ],
)
def test_imports_for_type_checking_and_of_others_do_not_count(code, text):
    assert code(text).imports <= {"ltsei", "ltsei.data"}


def test_an_import_after_those_for_type_checking_counts_and_nested_ones_for_it_do_not(code):
    checking = "if TYPE_CHECKING:\n    import ltsei.data.store"
    assert code(f"{checking}\nimport ltsei.data.split").imports == {"ltsei.data.split"}
    nested = checking.replace("\n", "\n    ")
    assert code(f"def f():\n    {nested}\n    import ltsei.data.split").imports == {"ltsei.data.split"}


def test_docstrings_for_type_checking_do_not_count(code):
    text = 'if TYPE_CHECKING:\n    class A:\n        """{}."""\n'
    assert code(text.format("One")).digest == code(text.format("Two")).digest


def test_what_is_imported_from_a_package_is_the_package_and_the_module_and_no_name_in_it(code):
    assert code("from ltsei.data import split, nothing").imports == {"ltsei.data", "ltsei.data.split"}
    assert code("from ltsei.data.split import Split").imports == {"ltsei.data.split"}


def test_imports_of_imports_belong_to_the_closure_and_those_of_plumbing_do_not():
    modules = closure(["ltsei.training.fit", "ltsei.runtime.checkpoint"])
    assert {"ltsei.training.fit", "ltsei.training.loop", "ltsei.training.optim", "ltsei.numerics.seeds"} <= modules
    assert "ltsei.runtime.checkpoint" not in modules


FUNCTION = 'def f(x):\n    """Double."""\n    y = "text"\n    return 2 * x, y\n'


@pytest.mark.parametrize(
    "text",
    [
        '"""A module."""\n' + FUNCTION,
        "# comment\n\n" + FUNCTION.replace("Double", "Twice"),
        FUNCTION.replace('    """Double."""\n', ""),
        FUNCTION.replace("2 * x, y", "(2*x,\n            y)"),
        FUNCTION + '"""A text about nothing."""\n',
    ],
)
def test_docstrings_comments_and_layout_do_not_count(code, text):
    assert code(text).digest == code(FUNCTION).digest


@pytest.mark.parametrize(
    ("old", "new"), [("text", "other"), ("2", "3"), ("return ", ""), ("y)", "x)"), ("(x)", "(x=1)")]
)
def test_code_and_texts_that_it_uses_count(code, old, new):
    text = FUNCTION.replace("2 * x, y", "(2 * x, y)")
    assert code(text.replace(old, new)).digest != code(text).digest


@pytest.mark.parametrize("body", ['"""Nothing."""', "pass", '"""Nothing."""\n    pass'])
def test_a_body_of_nothing_but_a_docstring_is_an_empty_body(code, body):
    assert code(f"class A:\n    {body}\n").digest == code("class A:\n    pass\n").digest
    assert code(f"def f():\n    {body}\n").digest == code("def f():\n    pass\n").digest


@pytest.fixture
def script(tmp_path):
    """An empty script."""
    path = tmp_path / "script.py"
    path.write_text("")
    return path


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"a": 1, "b": [2, {"c": 3}]}, {"b": [2.0, {"c": 3.0}], "a": 1.0}),
        ({"a": (1, 2)}, {"a": [1, 2]}),
    ],
)
def test_neither_the_order_of_keys_nor_the_spelling_of_a_number_counts(script, first, second):
    assert fingerprint(script, first) == fingerprint(script, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"a": 1, "b": 2}, {"a": 2, "b": 1}),
        ({"a": [1, 2]}, {"a": [2, 1]}),
        ({"a": True}, {"a": 1}),
        ({"a": False}, {"a": None}),
        ({"a": "1"}, {"a": 1}),
        ({"a": 1}, {"b": 1}),
        ({}, {"a": None}),
    ],
)
def test_every_other_difference_of_settings_counts(script, first, second):
    assert fingerprint(script, first) != fingerprint(script, second)


def test_a_fingerprint_has_sixteen_hexadecimal_digits(script):
    assert re.fullmatch("[0-9a-f]{16}", fingerprint(script, {}))


def test_a_setting_that_is_no_number_is_refused(script):
    with pytest.raises(ValueError, match="not JSON compliant"):
        fingerprint(script, {"a": float("nan")})


@pytest.mark.parametrize("rule", ["stage1", "report"])
def test_the_same_fingerprint_comes_from_another_process(rule):
    code = "from ltsei.config.rerun_fingerprint import *; print(fingerprint(Path({!r}), {{'a': 1}}, {}))"
    components = [("losses", "focal"), ("backbones", "resnet1d")]
    printed = [
        subprocess.run(
            [sys.executable, "-c", code.format(str(SCRIPTS / f"{rule}.py"), order)],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed, order in (("1", components), ("2", components[::-1]))
    ]
    clear_caches()
    assert printed == [fingerprint(SCRIPTS / f"{rule}.py", {"a": 1}, components)] * 2


def test_files_of_assets_count_in_folders_too_and_hidden_ones_do_not(package):
    empty = assets_digest("numerics")
    assert empty == hashlib.sha256(b"").hexdigest()
    folder = package / "numerics" / "assets" / "a"
    folder.mkdir(parents=True)
    (folder / ".swap").write_text("an editor's")
    clear_caches()
    assert assets_digest("numerics") == empty
    (folder / "z").write_text("1")
    (package / "numerics" / "assets" / "b").write_text("2")
    clear_caches()
    assert assets_digest("numerics") == hashlib.sha256(b"1\x002").hexdigest()


def test_the_docstring_of_a_package_does_not_count_and_code_in_it_does(package):
    before, path = stage1(), package / "training" / "__init__.py"
    path.write_text('"""Another docstring."""\n')
    assert stage1() == before
    path.write_text("X = 1\n")
    assert stage1() != before
