"""Snakemake's logger plugin `ltsei`: one line per finished job, a progress bar on a terminal, a summary at the end.

Every process that runs Snakemake imports this module, those inside jobs too: it loads nothing until it is chosen.
"""

import contextlib
import os
import sys
from logging import Handler, LogRecord
from typing import TYPE_CHECKING

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.settings import OutputSettingsLoggerInterface

if TYPE_CHECKING:
    from snakemake_logger_plugin_ltsei.display import Display


class LogHandler(LogHandlerBase):
    """Show a run as lines for people, or as Snakemake's own text where an option asks for that."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False

    def __post_init__(self) -> None:
        from ltsei.core.interruption import say_on_interrupt
        from snakemake_logger_plugin_ltsei import overlays

        say_on_interrupt("Stopped by Ctrl-C.")
        overlays.check(sys.argv[1:])
        self._snakemake: Handler = snakemake_handler(self.common_settings)
        self._display: Display | None = None
        if not wants_snakemake_text(self.common_settings):
            from snakemake_logger_plugin_ltsei import display

            self._display = display.Display(self._snakemake.handle, nocolor=self.common_settings.nocolor)

    def emit(self, record: LogRecord) -> None:
        """Show a record; where that fails, everything from here on is Snakemake's own text."""
        try:
            if self._display:
                self._display.show(record)
                return
        except Exception as error:
            self._give_up(error)
        with contextlib.suppress(OSError):  # the reading end is closed
            self._snakemake.handle(record)

    def close(self) -> None:
        """Print the summary and give the terminal back; Snakemake calls this more than once."""
        display, self._display = self._display, None
        if display:
            with contextlib.suppress(Exception):
                display.close()
        super().close()

    def _give_up(self, error: Exception) -> None:
        display, self._display = self._display, None
        with contextlib.suppress(Exception):
            if display:
                display.release()
            sys.stderr.write(f"logger ltsei: {type(error).__name__}: {error}; Snakemake's own text follows\n")


def wants_snakemake_text(settings: OutputSettingsLoggerInterface) -> bool:
    """Return whether an option asks for Snakemake's own text: a dry run, --quiet, --verbose and the like."""
    options = ("dryrun", "quiet", "verbose", "debug_dag", "printshellcmds")
    return any(getattr(settings, option, False) for option in options)


def snakemake_handler(settings: OutputSettingsLoggerInterface) -> Handler:
    """Return the handler that Snakemake itself would use; unlike that, it respects the variable NO_COLOR."""
    from snakemake.logging import ColorizingTextHandler, DefaultFilter, DefaultFormatter

    nocolor = settings.nocolor or bool(os.environ.get("NO_COLOR"))
    handler: Handler = ColorizingTextHandler(nocolor=nocolor, stream=sys.stdout if settings.stdout else sys.stderr)
    handler.setFormatter(DefaultFormatter(settings.quiet, settings.show_failed_logs))
    handler.addFilter(
        DefaultFilter(settings.quiet, settings.debug_dag, settings.verbose, settings.dryrun, settings.printshellcmds)
    )
    return handler
