"""A run as people see it: a line for each finished job, a few for each failure, progress, and a summary."""

import logging
import os
import sys
from collections.abc import Mapping
from logging import LogRecord

from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_ltsei import results, summary
from snakemake_logger_plugin_ltsei.failure import Failure, Failures
from snakemake_logger_plugin_ltsei.job_output import JobOutput
from snakemake_logger_plugin_ltsei.lines import Columns
from snakemake_logger_plugin_ltsei.run import Job, Run
from snakemake_logger_plugin_ltsei.screen import PlainScreen, Screen, Style, open_screen

INDENT = 10 * " "
INTERRUPTED = "Terminating processes on user request"
"""How Snakemake's message begins after Ctrl-C."""
LEVELS: dict[int, Style] = {logging.WARNING: "yellow", logging.ERROR: "red", logging.CRITICAL: "red"}


class View:
    """One run; its methods are called with the records that Snakemake sends, in their order."""

    def __init__(self, stats: Mapping[str, int], began: float, cores: int | None, *, nocolor: bool) -> None:
        """Begin to show a run.

        Args:
            stats: rule -> number of its jobs, and ``total``.
            began: in seconds since 1970.
            cores: of this machine that the jobs share; None on a cluster.
            nocolor: whether colours are unwanted.
        """
        self._run = Run(stats, began, cores)
        self._columns = Columns(self._run.planned, self._run.total)
        self._failures = Failures()
        self._pages: list[str] = []
        self._messages: set[str] = set()
        self._screen = open_screen(nocolor=nocolor)
        self._screen.prose(summary.plan(self._run), "bold")
        self._screen.update(self._run.snapshot(began))
        self._output = take_output(self._screen)

    def show(self, event: str, record: LogRecord) -> None:
        """Show what became of a job."""
        if event == LogEvent.JOB_INFO:
            self._start(record)
        elif event == LogEvent.JOB_FINISHED:
            self._finish(record)
        elif event == LogEvent.JOB_ERROR:
            self._fail(record)
        elif event == LogEvent.GROUP_ERROR:
            self._failures.group(record)
        self._screen.update(self._run.snapshot(record.created))

    def message(self, record: LogRecord) -> None:
        """Show a message in full; a repeated one below the level of a warning is shown once."""
        text = record.getMessage().rstrip()
        if text.startswith(INTERRUPTED) and self._output:
            self._output.interrupted()
        if record.levelno >= logging.ERROR and self._failures.explains(text):
            return
        if record.levelno > logging.INFO or text not in self._messages:
            self._messages.add(text)
            self._screen.text(text, LEVELS.get(record.levelno, ""))

    def close(self, now: float, *, summed_up: bool) -> None:
        """Give the terminal back; with a summary if that is asked for and a job has started."""
        if self._output:
            self._output.close()
        self._screen.stop()
        if summed_up and self._run.started:
            for text, style in summary.lines(self._run, self._failures, self._pages, now):
                self._screen.text(text, style)
        self._screen.close()

    def _start(self, record: LogRecord) -> None:
        job = self._run.start(record)
        self._columns.add(job)
        if job.attempt > 1:
            self._screen.line(self._columns.unfinished(job, "again"), "yellow")

    def _finish(self, record: LogRecord) -> None:
        job = self._run.finish(record)
        if job is None:
            return
        accuracy = results.balanced_accuracy(job.outputs)
        seconds = results.seconds_of(job.benchmark)
        seconds = record.created - job.began if seconds is None else seconds
        style: Style = "dim" if accuracy is None else ""
        self._screen.line(self._columns.finished(job, self._run.done, accuracy, seconds), style)
        self._pages += [path for path in job.outputs if path.endswith(".html")]

    def _fail(self, record: LogRecord) -> None:
        number = record.__dict__.get("jobid", 0)
        given_up = self._failures.given_up(number)
        job = self._run.fail(record, counts=not given_up)
        if job and not given_up:
            self._report(job, self._failures.add(number, job, record), record.created)

    def _report(self, job: Job, failure: Failure, now: float) -> None:
        """Show a failure in place of what the job itself wrote about it."""
        if self._output and failure.written:
            self._output.leave_out(failure.written)
        elif self._output:
            self._output.flush()  # its last words
        style: Style = "yellow" if failure.stopped else "red"
        word = "stopped" if failure.stopped else "failed"
        self._screen.line(self._columns.unfinished(job, word, now - job.began), style)
        self._screen.text(f"{INDENT}{failure.sentence}", style)
        for log in failure.logs:
            self._screen.text(f"{INDENT}log: {log}")


def take_output(screen: Screen) -> JobOutput | None:
    """Return what jobs write to standard error from here on, and to standard output where that is a terminal too."""
    try:
        descriptors = [2] if sys.stderr.fileno() == 2 else []
        descriptors += [1] if descriptors and not isinstance(screen, PlainScreen) and os.isatty(1) else []
        return JobOutput(descriptors, screen.text) if descriptors else None
    except (OSError, ValueError):
        return None
