"""`ltsei verify` and `ltsei repair`: what is out of date or damaged, and what to type about it."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ltsei.cli import experiment_file
from ltsei.pipeline import data_files, provenance, renamed, repair
from ltsei.pipeline.adopt import adopt as enter
from ltsei.pipeline.adopt import adoptable
from ltsei.pipeline.matrix import Cell, Matrix
from ltsei.pipeline.verify import Finding, SharedFiles, State, shared, verify

STATES: tuple[State, ...] = ("current", "out of date", "missing", "damaged")
SHOWN = 3
"""This many cells are named that rest on a damaged file."""
REFUSED = 20
"""This many jobs are named that cannot be adopted."""


def add(commands: Any, overlays: argparse.ArgumentParser) -> None:
    """Add the commands that compare results with their records."""
    quick = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    quick.add_argument(
        "--quick",
        action="store_true",
        help="compare sizes, and read only files that are newer than their record: fast, but blind to content that "
        "changed without size and date, as on a failing disk",
    )
    what = "list results that are damaged or no longer match configuration, code or data"
    verifying = commands.add_parser("verify", parents=[overlays, quick], help=what, description=what)
    verifying.add_argument(
        "--adopt",
        action="store_true",
        help="enter matching results from elsewhere in Snakemake's records; refuses what is missing or damaged",
    )
    verifying.set_defaults(command=_verify)
    what = "print the commands that make damaged results again; runs and deletes nothing"
    repairing = commands.add_parser("repair", parents=[overlays, quick], help=what, description=what)
    repairing.set_defaults(command=_repair)


def _verify(options: argparse.Namespace) -> int:
    return run(experiment_file.matrix(options.configfile), options.configfile, quick=options.quick, adopt=options.adopt)


def _repair(options: argparse.Namespace) -> int:
    return repair_commands(experiment_file.matrix(options.configfile), options.configfile, quick=options.quick)


def run(matrix: Matrix, overlays: Sequence[str], *, quick: bool, adopt: bool) -> int:
    """Write what is out of date or damaged; return 1 if anything is.

    Args:
        matrix: whose results.
        overlays: of the run, as for snakemake.
        quick: as in `damage.compare`.
        adopt: whether to enter matching results in Snakemake's records first.
    """
    results = Path(matrix.config.results)
    if adopt:
        _write(_adopt(matrix, results, overlays))
    changes = {dataset: data_files.changes(matrix, dataset, results, quick=quick) for dataset in matrix.datasets()}
    _write(line for lines in changes.values() for line in lines)
    findings = list(verify(matrix, results, [name for name, lines in changes.items() if lines], quick=quick))
    jobs = list(shared(matrix, results, quick=quick))
    _write(_lines(findings, jobs))
    return int(any(finding.state in ("out of date", "damaged") for finding in findings) or any(map(_is_damaged, jobs)))


def repair_commands(matrix: Matrix, overlays: Sequence[str], *, quick: bool) -> int:
    """Write the commands that make damaged results again; return 1 if there are any."""
    results = Path(matrix.config.results)
    jobs = repair.damaged(matrix, results, quick=quick)
    _write(repair.lines(jobs, results, overlays) if jobs else ["nothing is damaged"])
    return int(bool(jobs))


def damaged_paths(matrix: Matrix) -> list[str]:
    """Return the damaged files of a matrix, as far as sizes and dates tell."""
    jobs = repair.damaged(matrix, Path(matrix.config.results), quick=True)
    return [path for paths in jobs.values() for path in paths]


def _lines(findings: Sequence[Finding], jobs: Sequence[SharedFiles]) -> Iterator[str]:
    """Yield what was found, and last how many cells are in each state."""
    for each in filter(_is_damaged, jobs):
        yield from (f"damaged: {path}: {wrong}; {_resting(each.cells)}" for path, wrong in each.files.damaged.items())
    for finding in findings:
        for path, wrong in finding.damaged.items():
            yield f"damaged: {_name(finding.cell)}: {path}: {wrong}"
        if finding.state == "out of date":
            yield f"out of date: {_name(finding.cell)}: changed {', '.join(finding.changed)}"
    if any(map(_is_damaged, jobs)) or any(finding.damaged for finding in findings):
        yield "`ltsei repair` says how to make damaged results again"
    software = provenance.surroundings()["software"]
    others = sum(finding.software not in ({}, software) for finding in findings)
    if others:
        yield f"{others} results were evaluated with other versions of Python or its packages"
    unhashed = [each for each in jobs if each.files.exist and not each.files.hashed and not each.files.damaged]
    without = len(unhashed) + sum(
        finding.state in ("current", "out of date") and not finding.hashed for finding in findings
    )
    if without:
        yield f"without content hashes: {without} (jobs of an earlier version; their content cannot be compared)"
    states = Counter(finding.state for finding in findings)
    yield ", ".join(f"{states[state]} {state}" for state in STATES)


def _is_damaged(each: SharedFiles) -> bool:
    return bool(each.files.damaged)


def _resting(cells: Sequence[Cell]) -> str:
    names = [_name(cell) for cell in cells]
    if not names:
        return "only figures rest on it"
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{len(names)} cell{'s rest' if len(names) > 1 else ' rests'} on it: {', '.join(names[:SHOWN])}{more}"


def _name(cell: Cell) -> str:
    return f"{cell.dataset}/ir{cell.ir}/seed{cell.seed}/{cell.method}"


def _adopt(matrix: Matrix, results: Path, overlays: Sequence[str]) -> Iterator[str]:
    """Enter matching results in Snakemake's records; yield what was entered and what was refused."""
    moved = list(renamed.renamed(matrix, results))
    for old, job in moved:
        renamed.take_over(old, job, results)
    for former, name in dict.fromkeys((old.method, job.method) for old, job in moved):
        yield f"{name}: the results of {former}, which has the same recipe, are now its own too"
    found = adoptable(matrix, results)
    enter(found.paths, overlays)
    yield f"{len(found.paths)} jobs with matching results are now in Snakemake's records"
    refused = [f"not adopted: {job}: {reason}" for job, reason in found.refused.items()]
    yield from refused[:REFUSED]
    if len(refused) > REFUSED:
        yield f"not adopted: {len(refused) - REFUSED} more jobs"
    if found.resting:
        yield f"not adopted: {len(found.resting)} jobs that rest on these"


def _write(lines: Iterator[str] | Sequence[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
