"""Where lines go: as they are to a file or pipe, above a live progress bar to a terminal (see `live`)."""

import contextlib
import os
import sys
import threading
from typing import IO, Literal, Protocol, TextIO

from snakemake_logger_plugin_ltsei.lines import about, duration
from snakemake_logger_plugin_ltsei.run import Snapshot

Style = Literal["", "green", "yellow", "red", "bold", "dim"]
SECONDS_BETWEEN_STATUS = 60.0
STATUS_LINES = 20
"""A plain screen shows the progress of a run at most this often: at this distance, and this many times altogether."""


class Screen(Protocol):
    """Where a run is shown. No method raises if the stream is closed or its disk is full."""

    def line(self, text: str, style: Style = "") -> None:
        """Show one line of the table of jobs, cut where it is wider than a terminal."""

    def prose(self, text: str, style: Style = "") -> None:
        """Show a sentence, broken between words where it is wider than a terminal."""

    def text(self, text: str, style: Style = "") -> None:
        """Show text in full; the terminal breaks long lines, so that they can be copied as one."""

    def update(self, snapshot: Snapshot) -> None:
        """Show how far the run is."""

    def stop(self) -> None:
        """Remove the progress bar; what was shown stays."""

    def close(self) -> None:
        """Close the stream unless it is the process's own."""


def open_screen(*, nocolor: bool) -> Screen:
    """Return a live screen on standard error if that is a terminal which can move its cursor, else a plain one."""
    stream = duplicate(sys.stderr)
    if stream.isatty() and (os.environ.get("TERM") or "dumb") not in ("dumb", "unknown"):
        from snakemake_logger_plugin_ltsei.live import LiveScreen

        return LiveScreen(stream, nocolor=nocolor)
    return PlainScreen(stream)


class PlainScreen:
    """Lines without colours and cursor control."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._shown: Snapshot | None = None

    def line(self, text: str, style: Style = "") -> None:
        """Write a line as it is."""
        self.text(text, style)

    def prose(self, text: str, style: Style = "") -> None:
        """Write a sentence as it is."""
        self.text(text, style)

    def text(self, text: str, style: Style = "") -> None:
        """Write text as it is."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._stream.write(f"{text}\n")
            self._stream.flush()

    def update(self, snapshot: Snapshot) -> None:
        """Write how far the run is, now and then."""
        before = self._shown = self._shown or snapshot
        enough = (snapshot.done - before.done) * STATUS_LINES >= snapshot.total
        if enough and snapshot.at - before.at >= SECONDS_BETWEEN_STATUS and snapshot.done < snapshot.total:
            self._shown = snapshot
            self.text(f"          {status(snapshot, snapshot.at, running=False)}")

    def stop(self) -> None:
        """Do nothing: there is no progress bar."""

    def close(self) -> None:
        """Close the stream unless it is the process's own."""
        close(self._stream)


def status(snapshot: Snapshot, now: float, *, running: bool) -> str:
    """Return the progress of a run: jobs, those that are `running` if asked for, time spent, time left."""
    texts = [f"{snapshot.done}/{snapshot.total}"]
    texts += [snapshot.running] if running else []
    texts += [f"{snapshot.failed} failed"] if snapshot.failed else []
    texts += [duration(now - snapshot.began)]
    if snapshot.seconds_left is not None and snapshot.done < snapshot.total:
        texts += [f"{about(max(0.0, snapshot.seconds_left - (now - snapshot.at)))} left"]
    return "  ".join(texts)


def duplicate(stream: TextIO) -> TextIO:
    """Return a stream to the same place, which stays when the descriptor is redirected; `stream` if it has none."""
    try:
        descriptor = os.dup(stream.fileno())
    except (OSError, ValueError):
        return stream
    return os.fdopen(descriptor, "w", buffering=1, encoding=stream.encoding or "utf-8", errors="replace")


def close(stream: IO[str]) -> None:
    """Close a stream of `duplicate`, unless that is standard error itself."""
    if stream is not sys.stderr:
        with contextlib.suppress(OSError, ValueError):
            stream.close()
