"""A run whose jobs go to Slurm: what it plans, which jobs of dead runs it takes over, and its watchdog."""

import os
import signal
from typing import Any

from snakemake.exceptions import WorkflowError

from ltsei.core.errors import InputError
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.rule_table import RULES
from ltsei.runtime import snakemake_run
from ltsei.runtime.run_folder import job_name
from ltsei.runtime.slurm import exits, patience, queue, submission
from ltsei.runtime.slurm.submission import Submission
from ltsei.runtime.slurm.watchdog import Watchdog

SECONDS_BETWEEN_LOOKS = 60.0


def begin(workflow: Any, matrix: Matrix, logger: Any) -> None:
    """Settle what dead runs have left in Slurm's queue, and watch over this one; nothing where jobs run elsewhere."""
    prefix = getattr(workflow.executor_settings, "jobname_prefix", None)
    if not prefix:
        snakemake_run.forget_dead(keep=submission.senders())  # their jobs may still wait in a queue
        return
    submission.plan(Submission(matrix.config.results, _of_matrix(matrix) | _of_dag(workflow.dag)))
    exits.tidy()
    try:
        jobs = queue.queued(prefix)
        logger.info(queue.settle(jobs, _needed(workflow.dag), snakemake_run.is_alive))
        snakemake_run.forget_dead(keep={job.run for job in jobs})
        pause = min(SECONDS_BETWEEN_LOOKS, 15 * patience.minutes())
    except InputError as error:
        raise WorkflowError(f"Slurm's queue cannot be read, so nothing was submitted: {error}") from None
    watchdog = Watchdog(prefix, logger.error, lambda: os.kill(os.getpid(), signal.SIGINT))
    snakemake_run.every(pause, watchdog.look)


def _of_matrix(matrix: Matrix) -> dict[str, str]:
    """Return name -> fingerprint of every job that a recipe describes."""
    recorded = (job for job in matrix.jobs() if RULES[job.rule].recorded)
    return {job_name(job.rule, job.wildcards): matrix.recipe_of(job).fingerprint for job in recorded}


def _of_dag(dag: Any) -> dict[str, str]:
    """Return name -> fingerprint of every job that this run needs, reports included."""
    jobs = [job for job in dag.needrun_jobs() if job.params.get("fingerprint")]
    return {_name(job): job.params.fingerprint for job in jobs}


def _needed(dag: Any) -> dict[str, bool]:
    """Return name -> whether it could start at once, of every job that this run needs; a group starts as a whole."""
    needed = list(dag.needrun_jobs())
    waiting = {job for job in needed if any(_waits_for(dag, job, other) for other in dag.dependencies[job])}
    groups = {id(group) for job in waiting if (group := dag.get_job_group(job))}
    return {_name(job): job not in waiting and id(dag.get_job_group(job)) not in groups for job in needed}


def _waits_for(dag: Any, job: Any, other: Any) -> bool:
    """Return whether a job cannot be submitted before another has run."""
    together = dag.get_job_group(job) is not None and dag.get_job_group(job) is dag.get_job_group(other)
    return bool(dag.needrun(other)) and not together


def _name(job: Any) -> str:
    return job_name(job.rule.name, dict(job.wildcards.items()))
