"""How long this project waits for Slurm before it says that something is wrong and ends the wait."""

import os
import time

from ltsei.core.errors import InputError

VARIABLE = "LTSEI_SLURM_PATIENCE"
"""Environment variable: minutes to wait for a controller that does not answer, or for a limit to admit a job."""
MINUTES = 720.0
LONGEST_PAUSE_SECONDS = 60.0


def minutes() -> float:
    """Return the minutes to wait; InputError where the variable is no positive number."""
    text = os.environ.get(VARIABLE, str(MINUTES))
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not value > 0:
        raise InputError(f"environment variable {VARIABLE}: got {text!r}, expected a positive number of minutes")
    return value


class Patience:
    """Pauses between attempts: 2 s, then ever longer up to a minute, until the minutes are over."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.seconds = 1.0
        self.over = False

    def pause(self) -> None:
        """Sleep for `seconds`."""
        time.sleep(self.seconds)

    def another(self) -> bool:
        """Return whether to try once more, after a pause of `seconds`."""
        self.seconds = min(2 * self.seconds, LONGEST_PAUSE_SECONDS)
        self.over = time.monotonic() - self._began + self.seconds > 60 * minutes()
        return not self.over

    def sentence(self, what: str) -> str:
        """Return what to say when the minutes are over."""
        return f"{what} for {minutes():g} minutes; {VARIABLE} sets how long to wait, in minutes"
