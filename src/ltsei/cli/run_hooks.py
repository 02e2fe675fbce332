"""What happens in the Snakemake process around the jobs: before the first, after the last, and after a failure."""

import gc
import os
import shlex
import signal
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from snakemake.exceptions import WorkflowError

from ltsei.config import yaml_file
from ltsei.core.errors import InputError
from ltsei.pipeline import keepable, load, progress, stored_signals
from ltsei.pipeline.data_files import sources_without_files
from ltsei.pipeline.data_survey import survey
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.rule_table import RULES, JobId
from ltsei.report import contents, write
from ltsei.report.matrix_figures import FIGURES
from ltsei.report.matrix_tables import WRITERS
from ltsei.runtime import post_mortem, snakemake_run

SLURM_LOGS = Path("logs/slurm")


def prepare_process() -> None:
    """Prepare the process that parses the rules: it keeps all objects to its end and must outlive Slurm's warning."""
    gc.set_threshold(50_000, 20, 20)  # searching Snakemake's jobs for garbage took a quarter of planning
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # sent to every process of a job before its time limit


def check_files(workflow: Any, experiments: str) -> None:
    """Read the experiment file and its overlays before Snakemake does, which accepts keys twice and names no lines."""
    if not workflow.is_main_process or workflow.modifier.skip_configfile:
        return
    paths = [path for path in (Path(experiments),) if path.exists()]
    paths += map(Path, _overlays(workflow))
    mistakes = [str(error) for path in paths if (error := _mistake(path))]
    if mistakes:
        raise WorkflowError("\n".join(mistakes))


def load_matrix(config: Mapping[str, Any], scripts: Path) -> Matrix:
    """Return the matrix that the configuration describes; its mistakes end the run without a traceback."""
    try:
        return load.load_matrix(config, scripts)
    except InputError as error:
        raise WorkflowError(f"The experiment file has mistakes:\n{error}") from None


def explain_lock(logger: Any) -> None:
    """Explain the lock of another run in this folder, dead or alive; Snakemake's own message does not."""
    for sentence in snakemake_run.other_runs():
        logger.error(sentence)


def before_first_job(workflow: Any, matrix: Matrix, logger: Any) -> None:
    """Check data and recipes, record the run, take over what an earlier run left in Slurm's queue, watch progress."""
    _check_data(workflow.dag, matrix)
    _keep_results(workflow, matrix)
    _check_signals(workflow.dag, matrix)
    _try_out(matrix)
    snakemake_run.start(Path(workflow.basedir, "workflow", "slurm_shims"))
    prefix = getattr(workflow.executor_settings, "jobname_prefix", None)
    if prefix:
        logger.info(snakemake_run.settle(prefix, _ready_jobs(workflow.dag)))
        snakemake_run.every(60, partial(snakemake_run.report_stuck, prefix, logger.error, set()))
    snakemake_run.every(15, partial(progress.write_page, matrix, live=True))
    workflow.scheduler.keepgoing &= matrix.config.on_failure == "report"


def after_last_job(matrix: Matrix) -> None:
    """Record the end of the run."""
    snakemake_run.end()
    progress.write_page(matrix, live=False)


def after_failure(workflow: Any, matrix: Matrix, logger: Any, snakemake_logs: Iterable[str]) -> None:
    """Name what failed in its own log, and write every report from the results that exist."""
    snakemake_run.end()
    try:
        post_mortem.explain(map(Path, snakemake_logs), SLURM_LOGS)
        progress.write_page(matrix, live=False)
        whole = contents.contents(matrix, None, options(workflow))
        path = Path(JobId("partial_report").output("html", matrix.config.results)).with_name("after_failure.html")
        write.write_report(whole, str(path))
        logger.info(f"What is done so far is in {path}.")
        if matrix.config.on_failure == "report":
            _write_every_report(workflow, matrix)
    except (OSError, InputError) as error:
        logger.error(f"No report of what is done so far: {error}")


def options(workflow: Any) -> str:
    """Return the options of a command that makes a file of this run again, as another user would write them."""
    values = [f"{key}={value}" for key, value in workflow.config_settings.config.items()]
    config = ["--config", *values] if values else []
    return shlex.join(["--cores", "all", *config, *_configfile(workflow)])


def table_paths(folder: str) -> dict[str, str]:
    """Return the tables of a report: name -> file in `folder`."""
    names = {"latex": "results.tex", "markdown": "REPORT.md"}
    return {name: f"{folder}/{names.get(name, f'{name}.csv')}" for name in [*WRITERS, "markdown"]}


def figure_paths(folder: str) -> dict[str, str]:
    """Return the figures of a report: name -> SVG file in `folder`."""
    return {name: f"{folder}/{name}.svg" for name in FIGURES}


def _overlays(workflow: Any) -> list[str]:
    """Return the overlays of this run, relative to the working directory."""
    return [os.path.relpath(path) for path in workflow.overwrite_configfiles]


def _configfile(workflow: Any) -> list[str]:
    """Return the option that names the overlays in a command; empty without overlays."""
    overlays = _overlays(workflow)
    return ["--configfile", *overlays] if overlays else []


def _check_data(dag: Any, matrix: Matrix) -> None:
    """Open the files of the data sets to be prepared or split, so that mistakes stop the run before any job."""
    jobs = [job for job in dag.needrun_jobs() if job.rule.name in ("prepare", "make_split")]
    surveys = survey(matrix, sorted({job.wildcards.dataset for job in jobs}))
    problems = [problem for each in surveys for problem in each.problems]
    if problems:
        raise WorkflowError("\n".join(["The data have mistakes:", *problems])) from None


def _check_signals(dag: Any, matrix: Matrix) -> None:
    """Compare the prepared signals that jobs will read with their hashes: a job compares sizes only."""
    try:
        stored_signals.check(dag.needrun_jobs(), Path(matrix.config.results))
    except InputError as error:
        raise WorkflowError(str(error)) from None


def _keep_results(workflow: Any, matrix: Matrix) -> None:
    """Stop a run that would train again what is here; not where an option asks for exactly that."""
    asked = workflow.dag_settings
    if asked.forceall or asked.forcetargets or asked.forcerun:
        return
    planned = (job for job in workflow.dag.needrun_jobs() if job.rule.name in RULES)
    jobs = (JobId(job.rule.name, **dict(job.wildcards.items())) for job in planned)
    sentence = keepable.keepable(matrix, Path(matrix.config.results), jobs)
    if sentence:
        command = shlex.join(["ltsei", "verify", "--adopt", *_configfile(workflow)])
        raise WorkflowError(
            f"{sentence} configuration, code and data: `{command}` keeps them; to train again, add --forcerun stage1"
        )


def _mistake(path: Path) -> InputError | None:
    try:
        yaml_file.read(path)
    except InputError as error:
        return error
    return None


def _try_out(matrix: Matrix) -> None:
    """Run one step of every enabled recipe on made-up data, so that a wrong value stops the run before any job."""
    from ltsei.training import preflight  # loads torch

    try:
        preflight.check(matrix.stage_settings(), sources_without_files(matrix), matrix.stage1_of_stage2())
    except InputError as error:
        mistakes = "\n".join(load.merged_by_method(str(error).splitlines()))
        raise WorkflowError(f"The experiment file has wrong values:\n{mistakes}") from None


def _ready_jobs(dag: Any) -> dict[str, tuple[str, Path]]:
    """Return the jobs that could start at once, named as by Snakemake's Slurm plugin: fingerprint and lease."""
    needed = list(dag.needrun_jobs())
    ready = [job for job in needed if not any(map(dag.needrun, dag.dependencies[job]))]
    return {
        f"rule_{job.rule.name}_wildcards_{'_'.join(job.wildcards)}": (
            job.params.fingerprint,
            Path(job.log[0]).with_suffix(".lease"),
        )
        for job in ready
        if job.rule.group is None and job.params.get("fingerprint")
    }


def _write_every_report(workflow: Any, matrix: Matrix) -> None:
    """Write all reports under their own names, with failed cells: no rule can while inputs are missing."""
    results = matrix.config.results
    for block in (None, *matrix.blocks()):
        each = contents.contents(matrix, block, options(workflow))
        page, tables, figures = contents.report_jobs(block)
        write.write_report(each, page.output("html", results))
        write.write_tables(each, table_paths(tables.folder(results)))
        write.write_figures(each, figure_paths(figures.folder(results)), matrix.config.figures)
