"""Nothing that a job reads can run code, and no shell command is built from what a user writes."""

import ast

import pytest
from conftest import REPOSITORY, SCRIPTS

from ltsei.config.rerun_fingerprint import PACKAGE
from ltsei.core.errors import InputError
from ltsei.runtime import checkpoint

FORBIDDEN = {"eval", "exec", "compile", "os.system", "os.popen", "yaml.load", "pickle.load", "torch.jit.load"}
SOURCES = [*sorted(PACKAGE.rglob("*.py")), *sorted(SCRIPTS.glob("*.py"))]


def calls(path):
    """Yield the name and the keyword arguments of every call in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_file_is_unpickled_and_no_text_is_executed(path):
    for name, options in calls(path):
        assert name not in FORBIDDEN
        assert options.get("shell", "False") == "False"
        assert options.get("allow_pickle", "False") == "False"  # NumPy's own default is False, too
        assert name != "torch.load" or options.get("weights_only") == "True"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_module_that_unpickles_is_imported(path):
    names = [
        alias.name.partition(".")[0] if isinstance(node, ast.Import) else (node.module or "").partition(".")[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    ]
    assert not {"pickle", "cloudpickle", "dill", "joblib", "shelve", "marshal"} & set(names)


def test_no_rule_runs_a_shell_command():
    rules = [*(REPOSITORY / "workflow" / "rules").glob("*.smk"), REPOSITORY / "Snakefile"]
    lines = [line.strip() for path in rules for line in path.read_text().splitlines()]
    assert not [line for line in lines if line.startswith(("shell:", "run:")) or "shell(" in line]


class Evil:
    """An object that runs code when it is unpickled."""

    def __reduce__(self):
        return eval, ("1",)


def test_a_checkpoint_that_would_run_code_is_refused(tmp_path):
    import torch

    torch.save({"state": Evil()}, tmp_path / "model.pt")
    with pytest.raises(InputError, match="not a complete checkpoint"):
        checkpoint.load(tmp_path / "model.pt")
