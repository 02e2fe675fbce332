"""What to type so that damaged results are made again; nothing is deleted here."""

import itertools
import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ltsei.core.content import FOLDER, UNREADABLE
from ltsei.pipeline import damage, verify
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.matrix import Matrix

FILES_PER_COMMAND = 500
"""Files named in one command: the length of a command line is limited."""
Damaged = Mapping[JobId, Mapping[str, str]]
"""Job -> path -> what is wrong with it."""


def damaged(matrix: Matrix, results: Path, *, quick: bool = False) -> dict[JobId, Mapping[str, str]]:
    """Return the jobs with damaged files, in the order in which they run; `quick` as in `damage.compare`."""
    jobs = {each.files.job: each.files.damaged for each in verify.shared(matrix, results, quick=quick)}
    evaluations = dict.fromkeys(matrix.job(cell, "evaluate") for cell in matrix.cells())
    jobs |= {job: damage.compare(job, results, quick=quick).damaged for job in evaluations}
    return {job: paths for job, paths in jobs.items() if paths}


def lines(jobs: Damaged, results: Path, overlays: Sequence[str]) -> Iterator[str]:
    """Yield what is damaged, as comments, and the commands for a shell that make it again.

    Args:
        jobs: what `damaged` returned.
        results: the folder of all results.
        overlays: of the run, as for snakemake.
    """
    wrongs = [pair for paths in jobs.values() for pair in paths.items()]
    unreadable = [path for path, wrong in wrongs if wrong.startswith(UNREADABLE)]
    closed = list(dict.fromkeys(map(_closed, unreadable)))
    folders = [path for path, wrong in wrongs if wrong == FOLDER]
    options = shlex.join(["--cores", "all", *(["--configfile", *overlays] if overlays else [])])
    yield from (f"# {path}: {wrong}" for path, wrong in wrongs)
    if closed:
        yield "# Make these readable, or ask their owner to, and run `ltsei verify` again:"
        yield f"chmod -R u+rX {shlex.join(closed)}"
    if folders:
        yield "# In place of a file; look inside before you delete them:"
        yield f"rm -r {shlex.join(folders)}"
    again = [job for job, paths in jobs.items() if set(paths) - set(unreadable)]
    if again:
        yield "# Make the damaged results again, rule by rule so that no other job runs (on a cluster, add --profile):"
        yield from _commands(again, results, options)
        yield "# Then everything that is missing or depends on a change, and the reports:"
        yield f"snakemake {options}"


def _closed(path: str) -> str:
    """Return the topmost folder above a file that may not be entered, or the file itself."""
    folders = (str(folder) for folder in reversed(Path(path).parents))
    return next((folder for folder in folders if not os.access(folder, os.R_OK | os.X_OK)), path)


def _commands(jobs: Sequence[JobId], results: Path, options: str) -> Iterator[str]:
    """Yield commands that run these jobs; one for two rules would run the jobs between them too."""
    for _, of_rule in itertools.groupby(jobs, key=lambda job: job.rule):
        paths = [str(job.last_output(results)) for job in of_rule]
        for start in range(0, len(paths), FILES_PER_COMMAND):
            yield f"snakemake {options} --force {shlex.join(paths[start : start + FILES_PER_COMMAND])}"
