"""What jobs on this machine write to standard error (and output), so that it does not break up the progress bar."""

import contextlib
import os
import re
import select
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence

SECONDS_HELD = 1.0
"""A line waits this long for a report of its job's failure, which says the same."""
SECONDS_BETWEEN_POLLS = 0.1
CHUNK = 65536
TRACEBACK = re.compile(
    r"\s|$|Traceback \(most recent call last\)|KeyboardInterrupt|During handling of the above|Exception ign"
)
"""How the lines begin that Python prints when Ctrl-C strikes a job before the job itself can answer it."""


class JobOutput:
    """Takes the place of file descriptors, which jobs inherit, and hands on what is written there, line by line.

    To the jobs it is no terminal: they draw no progress of their own.
    """

    def __init__(self, descriptors: Sequence[int], show: Callable[[str], None]) -> None:
        """Redirect `descriptors`; `show` gets each line, in another thread, without its end."""
        self._show = show
        self._lock = threading.Lock()
        self._held: list[tuple[float, str]] = []
        self._reported: Counter[str] = Counter()
        self._rest = b""
        self._leave_out_tracebacks = False
        self._closing = threading.Event()
        self._originals = {descriptor: os.dup(descriptor) for descriptor in descriptors}
        self._pipe, write_end = os.pipe()
        for descriptor in descriptors:
            os.dup2(write_end, descriptor)
        os.close(write_end)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def held(self) -> list[str]:
        """Lines that have arrived and are not handed on yet."""
        with self._lock:
            return [text for _, text in self._held]

    def leave_out(self, line: str) -> None:
        """Do not show a line, held or still to come, since the report of a failure has it."""
        with self._lock:
            texts = [text for _, text in self._held]
            if line in texts:
                del self._held[texts.index(line)]
            else:
                self._reported[line] += 1

    def interrupted(self) -> None:
        """From here on, leave out tracebacks: after Ctrl-C they only say where in its imports a job was."""
        self._leave_out_tracebacks = True

    def flush(self) -> None:
        """Hand on the lines that are held."""
        self._hand_on(time.monotonic())

    def close(self) -> None:
        """Give the descriptors back, and hand on what has been written so far."""
        for descriptor, original in self._originals.items():
            os.dup2(original, descriptor)
            os.close(original)
        self._originals = {}
        self._closing.set()
        self._thread.join(timeout=5)

    def _read(self) -> None:
        """Hand lines on until `close` was called and the pipe is empty; jobs may keep their end of it."""
        with contextlib.suppress(OSError, ValueError):
            while True:
                readable = select.select([self._pipe], [], [], SECONDS_BETWEEN_POLLS)[0]
                chunk = os.read(self._pipe, CHUNK) if readable else b""
                self._take(chunk)
                if not chunk and (readable or self._closing.is_set()):
                    break
                self._hand_on(time.monotonic() - SECONDS_HELD)
        self._take(b"\n" if self._rest else b"")
        self._hand_on(time.monotonic())
        os.close(self._pipe)

    def _take(self, chunk: bytes) -> None:
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        with self._lock:
            for line in lines:
                text = line.decode(errors="replace").rstrip("\r")
                if self._reported[text]:
                    self._reported[text] -= 1
                else:
                    self._held.append((time.monotonic(), text))

    def _hand_on(self, until: float) -> None:
        with self._lock:
            ready = [text for moment, text in self._held if moment <= until]
            self._held = self._held[len(ready) :]
        for text in ready:
            if self._leave_out_tracebacks and TRACEBACK.match(text):
                continue
            with contextlib.suppress(
                Exception
            ):  # whatever happens, the pipe is emptied: a full one would stop the jobs
                self._show(text)
