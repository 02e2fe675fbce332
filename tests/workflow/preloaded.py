"""Runs of snakemake in forks of a process that has imported it; the package itself is imported in each fork."""

import multiprocessing
import os
import runpy
import sys
from pathlib import Path

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["snakemake.cli", "pydantic", "numpy", __name__])


def snakemake(arguments, root, environment):
    """Run snakemake in a folder; return its exit status and its output and errors, merged."""
    output = root / "output.txt"
    process = FORKS.Process(target=_run, args=(arguments, root, environment, output))
    process.start()
    process.join()
    return process.exitcode, output.read_text()


def _run(arguments, root, environment, output):
    """Become `python -m snakemake` in a folder."""
    assert "ltsei" not in sys.modules, "would not be the package of this folder"
    os.chdir(root)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = [str(Path.cwd()), environment["PYTHONPATH"]]
    sys.argv = ["snakemake", *arguments]
    written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
    os.dup2(written, sys.stdout.fileno())
    os.dup2(written, sys.stderr.fileno())
    runpy.run_module("snakemake", run_name="__main__", alter_sys=True)
