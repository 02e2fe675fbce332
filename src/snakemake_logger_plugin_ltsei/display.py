"""Which of Snakemake's records reach the terminal: its own text before the first job, then the view of the run."""

import logging
import time
from collections.abc import Callable
from logging import LogRecord

from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_ltsei.view import View

LEFT_OUT = (
    "Assuming unrestricted shared filesystem usage",
    "Using shell: ",
    "Conda environments: ignored",
    "Singularity containers: ignored",
    "Group jobs: inactive",
    "Rules claiming more threads will be scaled down",
    "Select jobs to execute",
    "Trying to restart job ",
    "Removing output files of failed job ",
    "Elapsed time: ",
    "SLURM run ID: ",
    "Auto-selected partition ",
)
"""How those messages begin that tell people nothing, or nothing new; Snakemake's log file has them all."""
SUBMITTED = "has been submitted with SLURM jobid"
FINAL_ERRORS = (
    "Exiting because a job execution failed",
    "WorkflowError:\nAt least one job did not complete successfully",
)
"""How error messages begin that are to the same effect as the summary."""


class Display:
    """A run on the terminal."""

    def __init__(self, snakemake: Callable[[LogRecord], object], *, nocolor: bool) -> None:
        """Take what shows a record as Snakemake would, and whether colours are unwanted."""
        self._snakemake = snakemake
        self._nocolor = nocolor
        self._cores: int | None = None
        self._view: View | None = None

    def show(self, record: LogRecord) -> None:
        """Show a record; events that are not listed here tell people nothing."""
        event = getattr(record, "event", None)
        if event == LogEvent.RUN_INFO:
            self._view = View(getattr(record, "stats", {}), record.created, self._cores, nocolor=self._nocolor)
        elif event == LogEvent.RESOURCES_INFO and hasattr(record, "cores"):
            self._cores = record.cores
        elif event in (None, LogEvent.ERROR, LogEvent.RESOURCES_INFO):
            self._message(record)
        elif self._view:
            self._view.show(event, record)

    def close(self) -> None:
        """Sum the run up and give the terminal back."""
        view, self._view = self._view, None
        if view:
            view.close(time.time(), summed_up=True)

    def release(self) -> None:
        """Give the terminal back."""
        view, self._view = self._view, None
        if view:
            view.close(time.time(), summed_up=False)

    def _message(self, record: LogRecord) -> None:
        text = record.getMessage()
        nothing_new = text.startswith(LEFT_OUT) or SUBMITTED in text or text in ("", "None")
        if (nothing_new and record.levelno < logging.WARNING) or (self._view and text.startswith(FINAL_ERRORS)):
            return
        if self._view:
            self._view.message(record)
        else:
            self._snakemake(record)
