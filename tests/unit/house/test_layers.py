"""The packages are layers: each imports only itself and those before it, and loads torch only where it computes."""

import subprocess
import sys

import pytest

from ltsei.config.rerun_fingerprint import PACKAGE, code_of
from ltsei.core import registry

LAYERS = [
    "core",
    "numerics",
    "runtime",
    "data",
    "evaluation",
    "components",
    "config",
    "training",
    "pipeline",
    "report",
    "cli",
]
WITHOUT_TORCH = ["core", "numerics", "runtime", "evaluation", "config", "pipeline", "report", "cli"]
MODULES = {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in sorted(PACKAGE.rglob("*.py"))}


def test_every_package_is_a_layer():
    assert {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name[0] != "_"} == set(LAYERS)


def test_a_module_imports_only_from_its_layer_and_those_before_it():
    imports = [(name, imported) for name in MODULES if "." in name for imported in code_of(MODULES[name]).imports]
    layers = [(name, imported.split(".")[1]) for name, imported in imports if "." in imported]
    assert [pair for pair in layers if LAYERS.index(pair[1]) > LAYERS.index(pair[0].split(".")[0])] == []


@pytest.mark.parametrize("family", registry.FAMILIES)
def test_members_of_a_family_import_no_sibling(family):
    members = {registry.module_name(family, name) for name in registry.names(family)}
    for name in registry.names(family):
        assert not code_of(registry.FOLDER / family / f"{name}.py").imports & members


def test_a_package_file_holds_a_docstring_and_nothing_else():
    inner = {name: path for name, path in MODULES.items() if name.endswith(".__init__")}  # `ltsei.load` is in the outer
    texts = {name: path.read_text(encoding="utf-8").rstrip() for name, path in inner.items()}
    alone = {name: text.startswith('"""') and text.endswith('"""') for name, text in texts.items()}
    assert [name for name, text in texts.items() if not alone[name] or text.count('"""') != 2] == []


def test_importing_the_package_imports_nothing_else():
    code = "import sys; before = {*sys.modules}; import ltsei; print(*({*sys.modules} - before))"
    run = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True)
    assert {name.split(".")[0] for name in run.stdout.split()} - sys.stdlib_module_names == {"ltsei"}


def test_loading_packages_that_do_not_need_torch_does_not_load_it():
    names = [f"ltsei.{name}" for name in MODULES if name.split(".")[0] in WITHOUT_TORCH]
    assert {name.split(".")[1] for name in names} == set(WITHOUT_TORCH)
    code = f"import importlib, sys\nfor name in {names}:\n    importlib.import_module(name)\n"
    code += "    if 'torch' in sys.modules:\n        sys.exit(f'{name} loads torch')"
    run = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
