"""What happens around the jobs: before the first, at the end, and after a failure."""

from functools import partial

from ltsei.runtime import post_mortem, session

SLURM_LOGS = Path("logs/slurm")


def say_what_is_left():
    """A sentence about a killed run in this folder; without it Snakemake's own message on its lock stands alone."""
    sentence = session.dead_run()
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
        logger.info(session.settle(prefix, ready_jobs()))
        session.every(60, partial(session.name_stuck, prefix, logger.error, set()))


def write_status(live):
    """results/status.html: how far the run is."""
    from ltsei.pipeline import progress

    progress.write_page(MATRIX, live=live)


def begin():
    """The checks and notes that come before the first job."""
    check_components()
    session.start()
    look_after_slurm()
    session.every(15, partial(write_status, live=True))
    workflow.scheduler.keepgoing &= MATRIX.config.on_failure == "report"


def finish_after_failure(snakemake_logs):
    """Name what failed in its own log, and make every report of what exists."""
    session.end()
    try:
        post_mortem.explain(map(Path, snakemake_logs), SLURM_LOGS)
        write_status(live=False)
        report_what_exists()
        if MATRIX.config.on_failure == "report":
            write_every_report()
    except (OSError, InputError) as error:
        logger.error(f"No report of what is done so far: {error}")


def finish():
    """The notes after the last job."""
    session.end()
    write_status(live=False)


def write_every_report():
    """All reports under their own names, failed cells in them; a rule cannot make them while inputs are missing."""
    reports = [(None, rules.report, rules.report_tables, rules.report_figures)]
    reports += [(name, rules.block_report, rules.block_tables, rules.block_figures) for name in MATRIX.blocks()]
    for block, page, tables, figures in reports:
        contents = contents_of(block)
        reporting.write_report(contents, page.output.html.format(block=block))
        reporting.write_tables(contents, outputs_of(tables, block))
        reporting.write_figures(contents, outputs_of(figures, block), MATRIX.config.figures)


def outputs_of(rule, block):
    """The outputs of a report's rule: name -> path."""
    return {name: str(path).format(block=block) for name, path in rule.output.items()}


if workflow.is_main_process:
    say_what_is_left()
