"""Records as Snakemake sends them, for tests of its logger plugin."""

import logging

from snakemake_interface_logger_plugins.common import LogEvent

BEGAN = 1_000_000.0


def record(event, message="", level=logging.INFO, at=0.0, **fields):
    """A record of an event, or of a message where `event` is None, this many seconds after the start."""
    made = logging.LogRecord("snakemake.logging", level, "", 0, message, None, None)
    made.created = BEGAN + at
    made.__dict__ |= fields | ({"event": event} if event else {})
    return made


def message(text, level=logging.INFO):
    return record(None, text, level)


def planned(cores=2, **stats):
    """The records before the first job: the cores, and how many jobs each rule has."""
    stats |= {"all": 1, "total": sum(stats.values()) + 1}
    provided = [record(LogEvent.RESOURCES_INFO, f"Provided cores: {cores}", cores=cores)] if cores else []
    return [*provided, record(LogEvent.RUN_INFO, "Job stats: a table", stats=stats)]


def started(number, rule, *, at=0.0, outputs=(), log="", benchmark=None, **wildcards):
    return record(
        LogEvent.JOB_INFO,
        at=at,
        jobid=number,
        rule_name=rule,
        rule_msg=None,
        wildcards={name: str(value) for name, value in wildcards.items()},
        input=[f"results/{cell}/metrics.json" for cell in range(200)],
        output=[str(path) for path in outputs],
        log=[str(log)] if log else [],
        benchmark=benchmark and str(benchmark),
    )


def finished(number, *, at=1.0):
    return record(LogEvent.JOB_FINISHED, f"Finished jobid: {number}", at=at, job_id=number)


def failed(number, *, at=1.0, logs=(), says=None, in_group=False):
    return record(
        LogEvent.JOB_ERROR,
        "Error in rule",
        logging.ERROR,
        at,
        jobid=number,
        rule_msg=says,
        log=[str(log) for log in logs],
        indent=in_group,
    )


def failed_group(logs, of_group=()):
    """The record of a failed group: number of a job -> its log."""
    jobs = [{"jobid": number, "log": [str(log)], "rule_name": "evaluate"} for number, log in logs.items()]
    aux_logs = [str(log) for log in of_group]
    return record(LogEvent.GROUP_ERROR, "Error in group", logging.ERROR, aux_logs=aux_logs, job_error_info=jobs)


def error(text, exception="WorkflowError"):
    return record(LogEvent.ERROR, text, logging.ERROR, exception=exception)


def process_ended(how):
    """What Snakemake says before it reports that a job's process failed."""
    command = "Command 'set -euo pipefail;  python /x/.snakemake/scripts/tmp.stage1.py'"
    return error(
        f'RuleException:\nCalledProcessError in file "/x/train.smk", line 36:\n{command} {how}', "RuleException"
    )
