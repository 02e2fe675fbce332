"""The progress of a run, drawn in place on a terminal by `rich` (loaded only where that is asked for)."""

import time
from collections.abc import Callable, Mapping

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ltsei.pipeline.progress import STATES, Progress, event, rate, room_for_events

BAR = 20
WIDTH_WITH_BARS = 80
STYLES = {"done": "green", "running": "yellow", "failed": "red", "waiting": "dim"}


def draw(read: Callable[[], Progress], seconds: float, console: Console | None = None) -> Progress:
    """Draw what `read` returns again and again until no job is left to wait for; return the last progress.

    Args:
        read: returns the present progress.
        seconds: between two views.
        console: where to draw; standard output by default.
    """
    console = console or Console()
    with Live(console=console, auto_refresh=False, transient=True, vertical_overflow="crop") as live:
        while True:
            status = read()
            live.update(view(status, console.width, console.height - 1), refresh=True)
            if not status.in_state("running", "waiting"):
                return status
            time.sleep(seconds)


def view(status: Progress, width: int, height: int) -> RenderableType:
    """Return a view that fits a terminal: rules, failed and running jobs, methods."""
    names = [*status.rules, *status.methods]
    name_width = max(map(len, names), default=0)
    jobs = status.in_state("failed", "running")[: room_for_events(status, height)]
    events = [Text(event(job), STYLES[job.state], no_wrap=True, overflow="ellipsis") for job in jobs]
    bars = width >= WIDTH_WITH_BARS
    head = _table(status.rules, name_width, bars=bars, header=True)
    return Group(head, Text(rate(status)), *events, _table(status.methods, name_width, bars=bars, header=False))


def _table(rows: Mapping[str, Mapping[str, int]], name_width: int, *, bars: bool, header: bool) -> Table:
    """Return a table of names and their numbers of jobs in each state."""
    table = Table(box=None, show_header=header, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", width=name_width, no_wrap=True)
    if bars:
        table.add_column("", width=BAR)
    for state in STATES:
        table.add_column(state, width=len("running"), justify="right", style=STYLES[state], no_wrap=True)
    for name, counts in rows.items():
        bar = [ProgressBar(max(1, sum(counts.values())), counts["done"], width=BAR)] if bars else []
        table.add_row(name, *bar, *(str(counts[state] or "") for state in STATES))
    return table
