"""One attempt at a job, as its computation sees it: progress, requests to stop, the state to resume from."""

import logging
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ltsei.runtime.checkpoint import Resume

SignalMemory = Literal["auto", "device", "host", "disk"]

SECONDS_BETWEEN_LINES = 5.0
SECONDS_OF_SILENCE = 30.0
"""An epoch that takes longer says where it is."""

RESUMES = "run the same command to resume"
"""Ends the message of a job that was asked to stop and has saved its state."""

log = logging.getLogger("ltsei")


@dataclass(frozen=True)
class Attempt:
    """One attempt at a job; the next one resumes where it was interrupted, and ends with the same bytes.

    Attributes:
        resume: where the state is kept; None for a job that saves none.
        progress: called with each new row of a training history.
        stop: asked after every step whether to save the state and stop.
        heartbeat: called after every step with epoch, epochs and steps done in this epoch.
        signal_memory: where a training keeps its signals.
    """

    resume: Resume | None = None
    progress: Callable[[Mapping[str, Any]], None] = lambda row: None
    stop: Callable[[], bool] = lambda: False
    heartbeat: Callable[[int, int, int], None] = lambda epoch, epochs, step: None
    signal_memory: SignalMemory = "device"


class Monitor:
    """Shows the progress of a running job, and remembers whether it was asked to stop."""

    def __init__(self, name: str) -> None:
        """Take the name of the job, for people."""
        self.name = name
        self._stopped = False
        self._last_line = time.monotonic() - SECONDS_BETWEEN_LINES

    def stop(self) -> bool:
        """Return whether the job was asked to stop: Ctrl-C, SIGTERM, or Slurm's SIGUSR1 before the time limit."""
        return self._stopped

    def ask_to_stop(self, *_: Any) -> None:
        """Remember the request; the computation saves its state at the next opportunity. A signal handler."""
        self._stopped = True

    def heartbeat(self, epoch: int, epochs: int, step: int) -> None:
        """Log how far a long epoch is."""
        if time.monotonic() - self._last_line >= SECONDS_OF_SILENCE:
            self._last_line = time.monotonic()
            log.info("epoch %d of %d: %d steps done", epoch, epochs, step)

    def progress(self, row: Mapping[str, Any]) -> None:
        """Show one row of a training history: rewritten in place on a terminal, at most every 5 s in the log."""
        text = "  ".join(f"{key} {value:.4g}" for key, value in row.items() if isinstance(value, int | float))
        done = row.get("progress") == 1
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{self.name}: {text}" + ("\n" if done else ""))
            sys.stderr.flush()
        if done or time.monotonic() - self._last_line >= SECONDS_BETWEEN_LINES:
            self._last_line = time.monotonic()
            log.info(text)
