"""A look at Slurm once a minute: nothing is waited for without end, and each wait that is given up is one sentence."""

import time
from collections.abc import Callable

from ltsei.core.errors import InputError
from ltsei.runtime.slurm import exits, patience, queue


class Watchdog:
    """Remembers since when Slurm has not answered, and since when each job waits for something that never happens."""

    def __init__(self, prefix: str, report: Callable[[str], None], end: Callable[[], None]) -> None:
        """Take the prefix of the names of jobs, what shows a sentence, and what ends the run."""
        self._prefix, self._report, self._end = prefix, report, end
        self._silent_since: float | None = None
        self._stuck_since: dict[str, float] = {}
        self._given_up: set[str] = set()

    def look(self) -> None:
        """Report jobs that will not start by themselves, and give up waits that have taken too long."""
        now = time.monotonic()
        try:
            stuck = queue.stuck(self._prefix)
        except InputError as error:
            self._silence(now, str(error))
            return
        self._silent_since = None
        for number, reason in stuck.items():
            if number not in self._stuck_since:
                self._report(_sentence(number, reason))
            since = self._stuck_since.setdefault(number, now)
            if reason not in queue.HELD and _too_long(now - since) and number not in self._given_up:
                self._give_up(number, reason)

    def _give_up(self, number: str, reason: str) -> None:
        """Cancel a job, which then counts as failed."""
        self._given_up.add(number)
        exits.note_failure(number, state="CANCELLED", reason=f"it waited {patience.minutes():g} minutes for {reason}")
        queue.cancel([number])
        self._report(f"Slurm job {number} was cancelled: it waited {patience.minutes():g} minutes for {reason}")

    def _silence(self, now: float, error: str) -> None:
        if self._silent_since is None:
            self._silent_since = now
        elif _too_long(now - self._silent_since):
            self._report(
                f"Slurm has not answered for {patience.minutes():g} minutes ({error}); this run ends. Its jobs may "
                f"still run: the same command takes them over. {patience.VARIABLE} sets how long to wait, in minutes"
            )
            self._end()


def _sentence(number: str, reason: str) -> str:
    return (
        f"Slurm job {number} is waiting for {reason!r} and will not start by itself: `scontrol show job {number}` "
        f"shows its request; change it with `scontrol update` or `scontrol release {number}`, or give it up with "
        f"`scancel {number}`"
    )


def _too_long(seconds: float) -> bool:
    return seconds > 60 * patience.minutes()
