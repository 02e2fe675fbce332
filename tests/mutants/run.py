"""Puts single faults into modules and runs the tests of each module: a fault that no test sees is printed.

    python tests/mutants/run.py [path below src/ltsei, a module or a folder] ...

It works on a copy of the repository. The tests of `src/ltsei/a/b.py` are `tests/unit/a/test_b.py` and
`tests/property/test_b.py`, those in `MORE_TESTS`, or, where there are none, the files of the folder `tests/unit/a`.
"""

import importlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parent))
from operators import Mutant, mutants

REPOSITORY = Path(__file__).parents[2]
SOURCE = Path("src/ltsei")
EQUIVALENT = Path(__file__).with_name("equivalent.yaml")
"""Module -> line of code -> change -> why no test can see it."""
MODULES = (
    *("evaluation/statistics.py", "evaluation/rank_tests.py", "report/analysis.py", "report/ranking.py"),
    *("evaluation/seed_blocks.py", "evaluation/student.py", "report/selection.py", "report/run_scores.py"),
    *("report/tables", "config/recipe.py", "config/rerun_fingerprint.py", "pipeline/provenance.py"),
    *("pipeline/verify.py", "runtime/lease.py", "runtime/checkpoint.py", "data/split.py"),
    *("data/validation_part.py", "data/whole_groups.py", "data/duplicates.py", "data/readers"),
)
MORE_TESTS = {
    "report/run_scores.py": ("tests/unit/report/test_analysis.py",),
    "evaluation/seed_blocks.py": ("tests/property/test_statistics.py",),
    "evaluation/statistics.py": ("tests/property/test_student.py",),
    "report/tables/csv_rows.py": ("tests/unit/report/tables/test_cells.py",),
    "data/split.py": ("tests/property/test_longtail.py",),
    "data/validation_part.py": ("tests/unit/data/test_split.py",),
    "data/duplicates.py": ("tests/unit/data/test_store.py",),
    "data/readers": ("tests/unit/data/readers", "tests/unit/components/sources/test_files.py"),
}
PRELOADED = ("numpy", "scipy.stats", "torch", "pydantic", "snakemake.utils", "hypothesis", "pytest", "yaml", "h5py")
"""Libraries that every process shares; each process loads the package itself."""
OUTPUT = "output-of-tests"
"""File in the copy: what the last run of tests printed."""
SECONDS = 20.0
"""A mutant may take this much longer than five times the tests without a fault; if it takes longer, it is seen."""


def main() -> int:
    """Run the mutants of the modules named on the command line, by default `MODULES`, and print the survivors."""
    for library in PRELOADED:
        importlib.import_module(library)
    equivalent = yaml.safe_load(EQUIVALENT.read_text(encoding="utf-8")) or {}
    lines, survived = [], 0
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(Path(folder))
        for module in (path for name in sys.argv[1:] or MODULES for path in modules_in(name)):
            total, survivors = run_module(copy, module, equivalent.get(module, {}))
            survived += survivors
            share = 100 * (total - survivors) / max(total, 1)
            lines.append(f"{module:40} {total - survivors:4} of {total:4} seen, {share:5.1f} %")
            say(lines[-1])
    say("\n" + "\n".join(lines))
    return int(survived > 0)


def modules_in(name: str) -> list[str]:
    """Return the modules at a path below `src/ltsei`."""
    root = REPOSITORY / SOURCE
    paths = sorted((root / name).rglob("*.py")) if (root / name).is_dir() else [root / name]
    return [str(path.relative_to(root)) for path in paths if path.name != "__init__.py"]


def tests_of(module: str) -> list[str]:
    """Return the test files and folders of a module."""
    path = Path(module)
    named = [f"tests/unit/{path.parent}/test_{path.name}", f"tests/property/test_{path.name}"]
    named += [test for start, tests in MORE_TESTS.items() if module.startswith(start) for test in tests]
    files = [name for name in dict.fromkeys(named) if (REPOSITORY / name).exists()]
    return files or [f"tests/unit/{path.parent}"]


def copied(folder: Path) -> Path:
    """Copy all files that git does not ignore into `folder`, and return it."""
    command = ["git", "-C", str(REPOSITORY), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0"):
        if name and (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, folder / name)
    return folder


def run_module(copy: Path, module: str, equivalent: Mapping[str, Mapping[str, str]]) -> tuple[int, int]:
    """Return how many mutants of a module there are, without equivalent ones, and how many no test sees."""
    path, tests = copy / SOURCE / module, tests_of(module)
    source, began = path.read_text(encoding="utf-8"), time.monotonic()
    if not passes(copy, tests, 600.0):
        raise SystemExit(f"{module}: its tests fail without a fault\n{(copy / OUTPUT).read_text()}")
    limit = SECONDS + 5 * (time.monotonic() - began)
    say(f"{module}: {' '.join(tests)}, {time.monotonic() - began:.0f} s")
    listed = [mutant for mutant in mutants(source) if mutant.change not in equivalent.get(mutant.text, {})]
    survivors = 0
    for number, mutant in enumerate(listed):
        survivors += not is_seen(copy, path, mutant, number, tests, limit)
    path.write_text(source, encoding="utf-8")
    return len(listed), survivors


def is_seen(copy: Path, path: Path, mutant: Mutant, number: int, tests: list[str], limit: float) -> bool:
    """Return whether a test fails with the mutant in place of the module; print the mutant where none does."""
    path.write_text(mutant.code, encoding="utf-8")
    os.utime(path, (number, number))  # compiled code of another mutant is not used
    if not passes(copy, tests, limit):
        return True
    say(f"  {path.relative_to(copy)}:{mutant.line}: {mutant.change}")
    return False


def passes(copy: Path, tests: list[str], limit: float) -> bool:
    """Return whether the tests pass within `limit` seconds, in a process group of their own."""
    process = os.fork()
    if process == 0:
        try:
            run_tests(copy, tests)
        finally:
            os._exit(1)  # nothing of the parent is run here
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    os.killpg(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return False


def run_tests(copy: Path, tests: list[str]) -> None:
    """Run the tests of the copy in this process, which ends with their status."""
    os.setsid()
    output = os.open(copy / OUTPUT, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.chdir(copy)
    os.environ["PYTHONPATH"] = str(copy / "src")
    sys.path[:0] = [str(copy / "src")]
    options = [
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
    ]
    status = importlib.import_module("pytest").main([*options, *tests])
    sys.stdout.flush()
    os._exit(int(status))


def say(text: str) -> None:
    """Print a line at once, also into a file."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
