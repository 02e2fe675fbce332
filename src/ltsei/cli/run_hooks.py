"""What happens in the Snakemake process around the jobs: before the first, after the last, and after a failure."""

import gc
import shlex
import signal
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from snakemake.exceptions import WorkflowError

from ltsei.cli import slurm_hooks, startup_checks
from ltsei.core.errors import InputError
from ltsei.pipeline import data_survey, end_check, keepable, load, progress, signal_axes, stored_signals
from ltsei.pipeline.data_files import sources_without_files
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.rule_table import RULES
from ltsei.report import contents, report_files, results_of_others, write
from ltsei.runtime import snakemake_run
from ltsei.runtime.post_mortem import PostMortem
from ltsei.training.signal_kind import SignalKind

POST_MORTEM = PostMortem()


def prepare_process() -> None:
    """Prepare the process that parses the rules: it keeps all objects to its end and must outlive Slurm's warning."""
    gc.set_threshold(50_000, 20, 20)  # searching Snakemake's jobs for garbage took a quarter of planning
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # sent to every process of a job before its time limit


def check_files(workflow: Any, experiments: str) -> None:
    """Refuse what a shell would run, and mistakes of form that Snakemake accepts or explains without their lines."""
    if not workflow.is_main_process:
        return
    mistakes = list(startup_checks.mistakes(workflow, experiments))
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
    outputs = {str(job.output[0]) for job in workflow.dag.needrun_jobs() if job.output}
    if workflow.execution_settings.lock and (sentence := snakemake_run.conflict(outputs)):
        raise WorkflowError(sentence)
    _check_results_of_others(matrix)
    surveys = _check_data(workflow.dag, matrix)
    _keep_results(workflow, matrix)
    _check_signals(workflow.dag, matrix)
    _try_out(matrix, surveys)
    snakemake_run.start(Path(workflow.basedir, "workflow", "slurm_shims"), outputs)
    slurm_hooks.begin(workflow, matrix, logger)
    logger.addHandler(POST_MORTEM)
    snakemake_run.every(15, partial(progress.write_page, matrix, live=True))
    workflow.scheduler.keepgoing &= matrix.config.on_failure == "report"


def after_last_job(workflow: Any, matrix: Matrix) -> None:
    """Record the end of the run; it has failed if a result is not what it asked for, whoever made that."""
    snakemake_run.end()
    progress.write_page(matrix, live=not snakemake_run.is_alone())
    mistakes = end_check.made_otherwise(matrix, Path(matrix.config.results), _jobs(workflow.dag.needrun_jobs()))
    if mistakes:
        hint = "another run has changed them meanwhile, or their configuration was edited; run the same command again"
        raise WorkflowError("\n".join([f"{len(mistakes)} results are not those of this run: {hint}", *mistakes[:10]]))


def after_failure(workflow: Any, matrix: Matrix, logger: Any) -> None:
    """Name what failed in its own log, and write every report from the results that exist."""
    snakemake_run.end()
    try:
        POST_MORTEM.write()
        progress.write_page(matrix, live=not snakemake_run.is_alone())
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


def _configfile(workflow: Any) -> list[str]:
    """Return the option that names the overlays in a command; empty without overlays."""
    overlays = startup_checks.overlays(workflow)
    return ["--configfile", *overlays] if overlays else []


def _check_data(dag: Any, matrix: Matrix) -> list[data_survey.DataSurvey]:
    """Open the files of the data sets to be prepared or split, so that mistakes stop the run before any job."""
    jobs = [job for job in dag.needrun_jobs() if job.rule.name in ("prepare", "prepare_unlabelled", "make_split")]
    surveys = data_survey.survey(matrix, sorted({job.wildcards.dataset for job in jobs}))
    mistakes = data_survey.problems(surveys)
    if mistakes:
        raise WorkflowError("\n".join(["The data have mistakes:", *mistakes])) from None
    return surveys


def _check_results_of_others(matrix: Matrix) -> None:
    """Read what the reports will show beside the cells, so that a mistake in it stops the run before any job."""
    if mistakes := results_of_others.problems(matrix):
        raise WorkflowError("\n".join(["The results of others have mistakes:", *mistakes]))


def _check_signals(dag: Any, matrix: Matrix) -> None:
    """Compare the prepared signals that jobs will read with their hashes: a job compares sizes only."""
    try:
        stored_signals.check(dag.needrun_jobs())
    except InputError as error:
        raise WorkflowError(str(error)) from None


def _keep_results(workflow: Any, matrix: Matrix) -> None:
    """Stop a run that would train again what is here; not where an option asks for exactly that."""
    asked = workflow.dag_settings
    if asked.forceall or asked.forcetargets or asked.forcerun:
        return
    sentence = keepable.keepable(matrix, Path(matrix.config.results), _jobs(workflow.dag.needrun_jobs()))
    if sentence:
        command = shlex.join(["ltsei", "verify", "--adopt", *_configfile(workflow)])
        raise WorkflowError(
            f"{sentence} configuration, code and data: `{command}` keeps them; to train again, add --forcerun stage1"
        )


def _jobs(jobs: Iterable[Any]) -> list[JobId]:
    """Return those of Snakemake's jobs that the table of rules knows."""
    return [JobId(job.rule.name, **dict(job.wildcards.items())) for job in jobs if job.rule.name in RULES]


def _try_out(matrix: Matrix, surveys: Iterable[data_survey.DataSurvey]) -> None:
    """Run one step of every enabled recipe on made-up data, so that a wrong value stops the run before any job.

    Made-up signals have the channels and the rate of those that the surveys have seen.
    """
    from ltsei.training import preflight  # loads torch

    kinds = {
        each.dataset: SignalKind(each.signal_shape[-1], each.sample_rate_hz)
        for each in surveys
        if len(each.signal_shape) == 2
    }
    shapes = {dataset: shape for dataset in matrix.datasets() if (shape := signal_axes.declared_shape(matrix, dataset))}
    kinds |= {dataset: SignalKind(shape[-1], None, shape[:-1]) for dataset, shape in shapes.items()}
    settings = matrix.stage_settings()
    signals = {name: kinds[dataset] for name in settings if (dataset := name.rpartition(" on ")[2]) in kinds}
    try:
        preflight.check(settings, sources_without_files(matrix), matrix.stage1_of_stage2(), signals)
    except InputError as error:
        mistakes = "\n".join(load.merged_by_method(str(error).splitlines(), matrix.config.methods))
        raise WorkflowError(f"The experiment file has wrong values:\n{mistakes}") from None


def _write_every_report(workflow: Any, matrix: Matrix) -> None:
    """Write all reports under their own names, with failed cells: no rule can while inputs are missing."""
    results = matrix.config.results
    for block in (None, *matrix.blocks()):
        each = contents.contents(matrix, block, options(workflow))
        page, tables, figures = report_files.report_jobs(block)
        write.write_report(each, page.output("html", results))
        write.write_tables(each, report_files.tables(matrix, tables.folder(results)))
        write.write_figures(each, report_files.figures(matrix, figures.folder(results)), matrix.config.figures)
