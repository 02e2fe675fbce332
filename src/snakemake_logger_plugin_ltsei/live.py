"""Lines above a progress bar on a terminal, drawn by `rich`; loaded only where there is a terminal."""

import contextlib
import os
import re
import time
from typing import TextIO

from rich.console import Console, ConsoleDimensions, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from snakemake_logger_plugin_ltsei.run import Snapshot
from snakemake_logger_plugin_ltsei.screen import Style, close, status

ESCAPE_SEQUENCE = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|[@-_])")
NARROWEST_BAR = 10
WIDEST_BAR = 40
REFRESHES_PER_SECOND = 2.0


class LiveScreen:
    """Lines above a progress bar."""

    def __init__(self, stream: TextIO, *, nocolor: bool) -> None:
        self._stream = stream
        no_color = True if nocolor else None  # None: as the environment variable NO_COLOR says
        self._console = Console(file=stream, force_terminal=True, highlight=False, markup=False, no_color=no_color)
        self._fit()
        self._snapshot: Snapshot | None = None
        self._live = Live(
            console=self._console,
            get_renderable=self._bar,
            refresh_per_second=REFRESHES_PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def line(self, text: str, style: Style = "") -> None:
        """Show a line, narrowed where it is too wide, then cut."""
        with contextlib.suppress(OSError, ValueError):
            self._fit()
            text = narrowed(text, self._console.width)
            self._console.print(Text(text, style), no_wrap=True, overflow="ellipsis", crop=True)

    def prose(self, text: str, style: Style = "") -> None:
        """Show a sentence, broken between words."""
        with contextlib.suppress(OSError, ValueError):
            self._console.print(Text(text, style))

    def text(self, text: str, style: Style = "") -> None:
        """Show text in full."""
        with contextlib.suppress(OSError, ValueError):
            self._console.print(Text(ESCAPE_SEQUENCE.sub("", text), style), soft_wrap=True)

    def update(self, snapshot: Snapshot) -> None:
        """Show these counts from the next refresh on."""
        first, self._snapshot = self._snapshot is None, snapshot
        if first:
            with contextlib.suppress(OSError, ValueError):
                self._live.start()
                self._console.show_cursor(True)  # a run that is killed leaves a terminal that can be used

    def stop(self) -> None:
        """Remove the progress bar."""
        with contextlib.suppress(OSError, ValueError):
            self._live.stop()

    def close(self) -> None:
        """Close the stream unless it is the process's own."""
        close(self._stream)

    def _fit(self) -> None:
        """Give the console the size of its terminal, which `rich` would ask of standard input and output."""
        with contextlib.suppress(OSError, ValueError):
            width, height = os.get_terminal_size(self._stream.fileno())
            self._console.size = ConsoleDimensions(width or 80, height or 25)

    def _bar(self) -> RenderableType:
        self._fit()
        if self._snapshot is None:
            return ""
        counts = Text(status(self._snapshot, time.time(), running=True), no_wrap=True, overflow="ellipsis")
        width = min(WIDEST_BAR, self._console.width - counts.cell_len - 3)
        if width < NARROWEST_BAR:
            return counts
        row = Table.grid(padding=(0, 2, 0, 0))
        row.add_row(ProgressBar(max(1, self._snapshot.total), self._snapshot.done, width=width), counts)
        return row


def narrowed(line: str, width: int) -> str:
    """Return a line of the table of jobs without the spaces between its columns, then without words, if too wide."""
    if len(line) > width:
        line = re.sub(r"(?<=\S) {2,}", "  ", line)
    return line if len(line) <= width else line.replace("balanced accuracy ", "")
