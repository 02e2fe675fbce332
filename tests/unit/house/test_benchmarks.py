"""What benchmarks take from the package exists, and the GPU script keeps what is done: no other test runs them."""

import ast
import importlib
import importlib.util
from pathlib import Path

import pytest

BENCHMARKS = sorted((Path(__file__).parents[3] / "benchmarks").glob("*.py"))


def taken(path):
    """Yield (module, name) of every name that a benchmark imports from the package, and (module, None) of modules."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "ltsei":
            yield from ((node.module, each.name) for each in node.names)
        elif isinstance(node, ast.Import):
            yield from ((each.name, None) for each in node.names if each.name.split(".")[0] == "ltsei")


def exists(module, name):
    """Return whether a module has a name, or a module of that name inside it."""
    if name is None or hasattr(importlib.import_module(module), name):
        return True
    try:
        importlib.import_module(f"{module}.{name}")
    except ModuleNotFoundError:
        return False
    return True


@pytest.mark.parametrize("path", BENCHMARKS, ids=lambda path: path.stem)
def test_what_a_benchmark_imports_from_the_package_exists(path):
    assert [each for each in taken(path) if not exists(*each)] == []


def test_a_call_of_the_gpu_script_that_is_cut_off_leaves_the_steps_that_are_done(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("gpu", BENCHMARKS[0].with_name("gpu.py"))
    gpu = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(gpu)
    pages = iter(["first step\n"])
    monkeypatch.setattr(gpu, "carry_out", lambda *_: next(pages))  # the second step is cut off
    monkeypatch.setattr("sys.argv", ["gpu.py", "--device", "cpu", "--quick", "--to", str(tmp_path / "new")])
    with pytest.raises(StopIteration):
        gpu.main()
    assert (tmp_path / "new" / "gpu.md").read_text().endswith("first step\n")
