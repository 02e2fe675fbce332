"""Nothing that a job reads can run code, and no shell command is built from what a user writes."""

import ast
from pathlib import Path

import pytest
from conftest import REPOSITORY, SCRIPTS

from ltsei.config.rerun_fingerprint import PACKAGE
from ltsei.core.errors import InputError
from ltsei.data.readers.formats import plain_pickle
from ltsei.data.readers.formats.plain_pickle import STAND_INS
from ltsei.runtime import checkpoint

FORBIDDEN = {"eval", "exec", "compile", "os.system", "os.popen", "yaml.load", "pickle.load", "torch.jit.load"}
SOURCES = [*sorted(PACKAGE.rglob("*.py")), *sorted(SCRIPTS.glob("*.py"))]


def calls(path):
    """Yield the name and the keyword arguments of every call in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}


def is_safe(name, options):
    """Return whether a call unpickles nothing and executes no text; NumPy's own default is not to unpickle."""
    harmless = all(options.get(option, "False") == "False" for option in ("shell", "allow_pickle"))
    return harmless and name not in FORBIDDEN and (name != "torch.load" or options.get("weights_only") == "True")


def test_no_file_is_unpickled_and_no_text_is_executed():
    assert [(path.name, name) for path in SOURCES for name, options in calls(path) if not is_safe(name, options)] == []


@pytest.mark.parametrize(
    ("call", "safe"),
    [
        ("eval(text)", False),
        ("subprocess.run(command, shell=True)", False),
        ("subprocess.run(command, shell=flag)", False),
        ("subprocess.run(command)", True),
        ("np.load(path, allow_pickle=True)", False),
        ("np.load(path, allow_pickle=False)", True),
        ("torch.load(path)", False),
        ("torch.load(path, weights_only=True)", True),
    ],
)
def test_such_a_call_would_be_seen(tmp_path, call, safe):
    (tmp_path / "module.py").write_text(call)
    assert [is_safe(name, options) for name, options in calls(tmp_path / "module.py")] == [safe]


def modules_imported(path):
    """Yield the first part of the name of every module that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def test_no_module_that_unpickles_is_imported_but_where_nothing_of_a_pickle_runs():
    forbidden = {"pickle", "cloudpickle", "dill", "joblib", "shelve", "marshal"}
    assert [path.name for path in SOURCES if forbidden & set(modules_imported(path))] == ["plain_pickle.py"]


def test_what_a_pickle_may_name_is_defined_here_or_a_plain_type():
    own = {name for name, each in STAND_INS.items() if each.__module__ == plain_pickle.__name__}
    assert {STAND_INS[name] for name in STAND_INS.keys() - own} == {dict, complex}
    assert "importlib" not in set(modules_imported(Path(plain_pickle.__file__)))


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
