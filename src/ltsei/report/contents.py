"""What a report is about: the cells of a block, and where the files of each lie."""

import functools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ltsei.config.derived_datasets import lineage
from ltsei.config.tuning import TUNED
from ltsei.pipeline import selection_on_test, tested_cells
from ltsei.pipeline.domains import domain_names
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.matrix import Cell, Matrix
from ltsei.pipeline.rule_inputs import inputs as inputs_of
from ltsei.pipeline.rule_inputs import map_job
from ltsei.pipeline.rule_table import CONDITIONS, OPEN_SET, PRIORS, RULES
from ltsei.report import recipe
from ltsei.report.cell_figures import PREDICTIONS
from ltsei.report.cell_files import CellFiles
from ltsei.report.remarks import ORACLE, TRANSDUCTIVE, with_remarks
from ltsei.report.searches import SearchFiles
from ltsei.report.write import Contents


@functools.cache
def contents(matrix: Matrix, block: str | None, options: str) -> Contents:
    """Return the contents of the report on a block, or on everything.

    Args:
        matrix: all cells.
        block: name of the experiment, None for everything.
        options: of the command that makes a file again.
    """
    results, cells = matrix.config.results, cells_of(matrix, block)
    splits = {(cell.dataset, cell.ir, cell.seed): matrix.job(cell, "make_split") for cell in cells}
    datasets = list(dict.fromkeys(cell.dataset for cell in cells))
    return Contents(
        cells=[cell_files(matrix, cell) for cell in cells],
        splits={key: job.output("split", results) for key, job in splits.items()},
        metas={dataset: matrix.store_job(dataset).output("meta", results) for dataset in datasets},
        examples={dataset: matrix.store_job(dataset, "examples").output("examples", results) for dataset in datasets},
        audits=audits(matrix, cells),
        results=results,
        options=options,
        **recipe.recipe(matrix, block).settings.arguments(),
    )


def cells_of(matrix: Matrix, block: str | None) -> Sequence[Cell]:
    """Return the cells of a block, or of all enabled blocks for None."""
    return matrix.cells() if block is None else matrix.blocks()[block]


@functools.cache
def cell_files(matrix: Matrix, cell: Cell) -> CellFiles:
    """Return where the report finds the files of a cell."""
    results, settings = matrix.config.results, matrix.config.methods[cell.method]
    jobs, own = matrix.jobs_of(cell), matrix.own_jobs(cell)  # several of a rule that divides the trials
    trainings = [job for job in own if "history" in RULES[job.rule].outputs]
    sweeps = [job.output("sweep", results) for job in own if "sweep" in RULES[job.rule].outputs]
    evaluation = matrix.job(cell, "evaluate")
    is_oracle = matrix.is_oracle(cell.method, cell.dataset)
    sees_test = matrix.is_transductive(cell.method)
    remarks = {ORACLE: is_oracle, "prior corrected twice": matrix.balances_twice(cell.method), TRANSDUCTIVE: sees_test}
    return CellFiles(
        **vars(cell),
        title=with_remarks(settings.title or cell.method, (text for text, holds in remarks.items() if holds)),
        kind=settings.kind,
        rank=matrix.shown_methods().index(cell.method),
        blocks=_blocks(matrix)[cell],
        metrics=evaluation.output("metrics", results),
        per_class=evaluation.output("per_class", results),
        confusion=evaluation.output("confusion", results),
        recipe=evaluation.output("recipe", results),
        diagnostics=evaluation.output("diagnostics", results),
        domains=domain_file(matrix, cell),
        open_set=tested_cells.path(matrix, cell, OPEN_SET),
        test_conditions=tested_cells.path(matrix, cell, CONDITIONS),
        test_priors=tested_cells.path(matrix, cell, PRIORS),
        histories=tuple((job.rule, job.output("history", results)) for job in trainings),
        benchmarks=tuple((job.rule, job.method, job.benchmark(results)) for job in jobs),
        expected=matrix.expected(cell),
        logs=tuple(job.log(results) for job in jobs),
        sweep="".join(sweeps),
        map=map_job(matrix, evaluation).output("map", results),
        origin=lineage(matrix.config.datasets, cell.dataset)[-1],
        untuned=cell.method.removesuffix(TUNED) if cell.method.endswith(TUNED) else "",
        searches=tuple(_searches(matrix, cell)),
        is_oracle=is_oracle,
        is_transductive=sees_test,
        selection="".join(job.output("selection", results) for job in selection_on_test.jobs(matrix, [cell]).values()),
        **(_prediction_files(matrix, cell) if cell in matrix.figure_cells() else {}),
    )


def domain_file(matrix: Matrix, cell: Cell) -> str:
    """Return the metrics by domain of a cell; empty where its signals have no domains."""
    if not domain_names(matrix, cell.dataset):
        return ""
    return matrix.job(cell, "domain_metrics").output("domains", matrix.config.results)


def audits(matrix: Matrix, cells: Iterable[Cell]) -> dict[str, str]:
    """Return data set -> audit.json of the data sets whose prepared signals some cells use."""
    stores = dict.fromkeys(matrix.store(cell.dataset) for cell in cells)
    return {name: JobId("audit", name).output("findings", matrix.config.results) for name in stores}


def _searches(matrix: Matrix, cell: Cell) -> Iterator[SearchFiles]:
    """Yield the trials on which a cell depends."""
    for rule in matrix.rules_of(cell.method):
        if RULES[rule].tuning == "choice":
            job = matrix.job(cell, rule)
            seeds = matrix.tuning(job.method).choice_seeds
            yield SearchFiles(
                owner=job.method,
                seeds=", ".join(map(str, seeds)) or str(cell.seed),
                on_choice_seeds=bool(seeds),
                path=job.output("choice", matrix.config.results),
                space=matrix.recipe_of(job).settings.space,
            )


def _prediction_files(matrix: Matrix, cell: Cell) -> dict[str, Any]:
    """Return where the predictions of a chosen cell lie, and what they are made from."""
    job = JobId("cell_figures", cell.dataset, cell.ir, str(cell.seed), cell.method)
    index = Path(job.output("index", matrix.config.results))
    return {
        "logits_test": str(inputs_of(matrix, job)["logits_test"]),
        "labels_test": matrix.job(cell, "prepare").output("labels_test", matrix.config.results),
        "predictions": str(index.with_name(PREDICTIONS)),
    }


@functools.cache
def _blocks(matrix: Matrix) -> dict[Cell, tuple[str, ...]]:
    """Return each cell -> the blocks that hold it."""
    names: dict[Cell, list[str]] = {}
    for name, cells in matrix.blocks().items():
        for cell in cells:
            names.setdefault(cell, []).append(name)
    return {cell: tuple(blocks) for cell, blocks in names.items()}
