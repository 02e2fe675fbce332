"""The files of a report: those that it rests on, those of them that exist, and those that it writes."""

import functools
import hashlib
from collections.abc import Iterable
from pathlib import Path

from ltsei.pipeline import selection_on_test, tested_cells
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.rule_inputs import map_job
from ltsei.pipeline.rule_table import OPEN_SET
from ltsei.report import results_of_others
from ltsei.report.contents import audits, cells_of, domain_file
from ltsei.report.matrix_figures import FIGURES
from ltsei.report.matrix_tables import WRITERS


@functools.cache
def inputs(matrix: Matrix, block: str | None) -> dict[str, list[str]]:
    """Return what a report reads, by name: results of its cells and of others, example signals, maps."""
    results, cells = matrix.config.results, cells_of(matrix, block)
    evaluations = [matrix.job(cell, "evaluate") for cell in cells]
    selections = selection_on_test.jobs(matrix, cells).values()
    further_tests = (tested_cells.path(matrix, cell, rule) for rule in tested_cells.FURTHER_TESTS for cell in cells)
    return {
        "metrics": _unique(job.output("metrics", results) for job in evaluations),
        "examples": _unique(matrix.job(cell, "examples").output("examples", results) for cell in cells),
        "domains": _unique(domain_file(matrix, cell) for cell in cells),
        "open_sets": _unique(tested_cells.path(matrix, cell, OPEN_SET) for cell in cells),
        "maps": _unique(map_job(matrix, job).output("map", results) for job in evaluations),
        "selections": _unique(job.output("selection", results) for job in selections),
        "further_tests": _unique(further_tests),
        "others": results_of_others.files(matrix, cells),
    }


def existing_files(matrix: Matrix) -> str:
    """Return which metrics and logs exist and when they were written: the partial report depends on it."""
    jobs = dict.fromkeys(job for cell in matrix.cells() for job in matrix.jobs_of(cell))
    results = matrix.config.results
    metrics = (job.output("metrics", results) for job in jobs if job.rule == "evaluate")
    paths = [path for path in map(Path, [*metrics, *(job.log(results) for job in jobs)]) if path.exists()]
    return " ".join(f"{path}@{path.stat().st_mtime_ns}" for path in paths)


def existing_audits(matrix: Matrix, block: str | None) -> str:
    """Return the content hashes of those audits that exist: a report is made again after an audit."""
    paths = map(Path, audits(matrix, cells_of(matrix, block)).values())
    return " ".join(f"{path}@{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}" for path in paths if path.is_file())


def report_jobs(block: str | None) -> tuple[JobId, JobId, JobId]:
    """Return the jobs that write page, tables and figures of a report."""
    if block is None:
        return JobId("report"), JobId("report_tables"), JobId("report_figures")
    return JobId("block_report", block=block), JobId("block_tables", block=block), JobId("block_figures", block=block)


def tables(matrix: Matrix, folder: str) -> dict[str, str]:
    """Return the tables of a report: name -> file in `folder`."""
    names = {"latex": "results.tex", "markdown": "REPORT.md"}
    written = [name for name in [*WRITERS, "markdown"] if name not in tested_cells.unused(matrix)]
    return {name: f"{folder}/{names.get(name, f'{name}.csv')}" for name in written}


def figures(matrix: Matrix, folder: str) -> dict[str, str]:
    """Return the figures of a report: name -> SVG file in `folder`."""
    return {name: f"{folder}/{name}.svg" for name in FIGURES if name not in tested_cells.unused(matrix)}


def _unique(paths: Iterable[str]) -> list[str]:
    """Return the paths once each, without empty ones."""
    return list(dict.fromkeys(filter(None, paths)))
