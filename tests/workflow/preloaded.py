"""`python -m …` in forks of a process that has imported torch, snakemake and the package; jobs are forks of it too.

A fork for a folder whose copy of the package is edited imports that copy instead.
"""

import multiprocessing
import os
import runpy
import sys
import threading
from contextlib import nullcontext
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from pathlib import Path
from subprocess import CalledProcessError

import pytest

FORKS = multiprocessing.get_context("forkserver")
TESTS = Path(__file__).parents[1]
SOURCE = TESTS.parent / "src"
PACKAGES = ("ltsei", "snakemake_logger_plugin_ltsei")
FIRST = "ltsei.core.startup"
"""Acts when it is imported, and is imported first of all."""
WARMED = f"{__package__}.warmed"
SNAKEMAKE = ["snakemake.cli", "snakemake.script", "snakemake.report.html_reporter", "snakemake_executor_plugin_slurm"]


def modules():
    """Return the names of the package's modules, without those that act when they are imported."""
    paths = (path.relative_to(SOURCE).with_suffix("") for name in PACKAGES for path in (SOURCE / name).rglob("*.py"))
    names = (".".join(path.parts).removesuffix(".__init__") for path in paths)
    return sorted(name for name in names if name != FIRST and not name.endswith(".__main__"))


FORKS.set_forkserver_preload([*SNAKEMAKE, "pydantic", "sklearn.manifold", "torch", *modules(), __name__, WARMED])
LOCK = threading.Lock()
"""A process that starts asks for the exit status of every other one, and each status can be read once."""


def run(module, arguments, root, environment, *, merged=False):
    """Run `python -m module arguments` in a folder; return exit status and output, errors in it if `merged`."""
    paths = [root / "output.txt", root / ("output.txt" if merged else "errors.txt")]
    with paths[0].open("w") as output, paths[1].open("a") as errors:
        process = start(module, arguments, root, environment, output.fileno(), errors.fileno())
    process.join()
    return process.exitcode, paths[0].read_text()


def start(module, arguments, root, environment, output, errors):
    """Start `python -m module arguments` in a folder, with descriptors for output and errors; return the process."""
    texts = _inherited(output), _inherited(errors)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(TESTS))  # the first process preloads modules before it knows our sys.path
        forkserver.ensure_running()
    process = FORKS.Process(target=_run_module, args=(module, arguments, root, environment, *texts))
    process.start()
    return process


def _run_module(module, arguments, root, environment, output, errors):
    """Become `python -m module arguments` in a folder."""
    os.chdir(root)
    _become([module, *arguments], [str(root), environment["PYTHONPATH"]], environment, output, errors)
    if module == "snakemake":
        _fork_jobs()
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _fork_jobs():
    """Let the snakemake in this process run scripts in forks."""
    from snakemake.script import PythonScript

    PythonScript.execute_script = _execute
    forkserver._forkserver.ensure_running = lambda: None  # the one that has forked this process is used here too


def _execute(script, path, edit=False):
    """Run the script of a job, as `snakemake.shell` would."""
    from snakemake.benchmark import benchmarked

    environment = {**os.environ, "OMP_NUM_THREADS": str(script.threads)}
    process = FORKS.Process(target=_run_script, args=(path, environment, _inherited(1), _inherited(2)))
    with LOCK:
        process.start()
    with nullcontext() if script.bench_record is None else benchmarked(process.pid, script.bench_record):
        wait([process.sentinel])
    with LOCK:
        process.join()
    if process.exitcode:
        raise CalledProcessError(process.exitcode, ["python", path])


def _run_script(path, environment, output, errors):
    """Become `python` with a script."""
    _become([path], [str(Path(path).parent)], environment, output, errors)
    try:
        runpy.run_path(path, run_name="__main__")
    except Exception:
        sys.excepthook(*sys.exc_info())
        raise SystemExit(1) from None


def _inherited(descriptor):
    """Return what gives a fork, as an argument of its function, a descriptor of this process."""
    return Connection(os.dup(descriptor), readable=False)


def _become(arguments, folders, environment, output, errors):
    """Take over arguments, folders to import from, environment, standard output and standard error."""
    sys.argv, sys.path[:0] = arguments, folders
    if is_edited(Path(environment["PYTHONPATH"])):
        for name in [name for name in sys.modules if name.partition(".")[0] in PACKAGES]:
            del sys.modules[name]
    os.environ.clear()
    os.environ.update(environment)
    os.environ["GIT_CEILING_DIRECTORIES"] = str(SOURCE.parent)  # a copy lies in no repository, so its commit is unknown
    os.dup2(output.fileno(), sys.stdout.fileno())
    os.dup2(errors.fileno(), sys.stderr.fileno())
    os.fsync = lambda descriptor: None  # no test cuts the power


def is_edited(source):
    """Return whether a copy of the package's folder differs from it, by names, sizes and times."""
    return _versions(source) != _versions(SOURCE)


def _versions(source):
    """Return path -> size and time of the package's files in a folder; a copy keeps the times."""
    paths = (Path(folder, name) for folder, _, names in os.walk(source) for name in names if not name.endswith(".pyc"))
    return {path.relative_to(source): (path.stat().st_size, path.stat().st_mtime_ns) for path in paths}
