"""What happens around the jobs: before the first, after a failure, and in the snakemake that wraps each one."""

import signal
from functools import partial

from ltsei import failures, head

SLURM_LOGS = Path("logs/slurm")


def say_what_is_left():
    """A sentence about a killed run in this folder; without it Snakemake's own message on its lock stands alone."""
    sentence = head.dead_run()
    if sentence:
        logger.error(sentence)


def ready_jobs():
    """Jobs that could start at once, in the words of Snakemake's Slurm plugin: fingerprint and lease."""
    needed = list(workflow.dag.needrun_jobs())
    ready = [job for job in needed if not any(map(workflow.dag.needrun, workflow.dag.dependencies[job]))]
    return {
        f"rule_{job.rule.name}_wildcards_{'_'.join(job.wildcards)}": (
            job.params.fingerprint,
            Path(job.log[0]).with_suffix(".lease"),
        )
        for job in ready
        if job.rule.group is None and job.params.get("fingerprint")
    }


def look_after_slurm():
    """Jobs which an earlier run has left in the queue come over to this run, or end; stuck ones are named."""
    prefix = getattr(workflow.executor_settings, "jobname_prefix", None)
    if prefix:
        logger.info(head.settle(prefix, ready_jobs()))
        head.every(60, partial(head.name_stuck, prefix, logger.error, set()))


def write_status(live):
    """results/status.html: how far the run is."""
    from ltsei import status

    status.write_page(MATRIX, live=live)


def begin():
    """The checks and notes that come before the first job."""
    check_components()
    head.start()
    look_after_slurm()
    head.every(15, partial(write_status, live=True))
    workflow.scheduler.keepgoing &= MATRIX.config.on_failure == "report"


def finish_after_failure(snakemake_logs):
    """Name what failed in its own log, and make every report of what exists."""
    head.end()
    try:
        failures.explain(map(Path, snakemake_logs), SLURM_LOGS)
        write_status(live=False)
        report_what_exists()
        if MATRIX.config.on_failure == "report":
            write_every_report()
    except (OSError, InputError) as error:
        logger.error(f"No report of what is done so far: {error}")


def finish():
    """The notes after the last job."""
    head.end()
    write_status(live=False)


def write_every_report():
    """All reports under their own names, failed cells in them; a rule cannot make them while inputs are missing."""
    for block, outputs in [
        (None, rules.report.output),
        *((name, rules.block_report.output) for name in MATRIX.blocks()),
    ]:
        paths = {name: str(path).format(block=block) for name, path in outputs.items()}
        reporting.build(**vars(contents_of(block)), outputs=paths)


if workflow.is_main_process:
    say_what_is_left()
else:
    # Slurm sends the signal before the time limit to every process of a job; it is meant for the training alone.
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
