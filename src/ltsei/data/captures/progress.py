"""How far a long reading is: a line that is rewritten on a terminal, and lines in the log."""

import logging
import sys
import time

SECONDS_BETWEEN_LINES = 5.0

log = logging.getLogger("ltsei")


class Progress:
    """Reports how many windows, or files, have been read."""

    def __init__(self, doing: str, total: int, unit: str = "windows") -> None:
        """Take what is done, such as ``writing the training part``, and how many units there are to do."""
        self.doing, self.total, self.unit = doing, total, unit
        self._start = self._last_line = time.monotonic()
        self._shown = False

    def at(self, done: int) -> None:
        """Report that this many have been read; at most every 5 s, and the last one after a line before."""
        now = time.monotonic()
        is_due = now - self._last_line >= SECONDS_BETWEEN_LINES
        if not is_due and not (self._shown and done == self.total):
            return
        self._last_line, self._shown = now, True
        left = (now - self._start) * (self.total - done) / done
        text = f"{self.doing}: {done} of {self.total} {self.unit} ({100 * done // self.total} %), {left:.0f} s left"
        log.info(text)
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{text}" + ("\n" if done == self.total else ""))
            sys.stderr.flush()
