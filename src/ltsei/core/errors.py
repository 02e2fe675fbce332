"""Exceptions that a job reports as one sentence, and the clause for a misspelt name."""

import difflib
from collections.abc import Iterable
from typing import Any


class InputError(ValueError):
    """A mistake in the configuration, the data or the command line.

    The message is one sentence: where it is, what is wrong, what was found, what is allowed or how to fix it.
    Whoever catches it at the outermost level shows the message without a traceback.
    """


class FinalError(InputError):
    """A failure that the same recipe, data and code would reproduce, such as a training run that diverges."""


class Interrupted(Exception):  # noqa: N818 (not an error: the state is saved and the job can resume)
    """A computation was asked to stop and has saved its state; running it again resumes it."""


def unknown(got: Any, allowed: Iterable[str], what: str) -> str:
    """Return the clause for a misspelt name: what was given, the nearest valid name, all valid names."""
    choices = sorted(allowed)
    nearest = difflib.get_close_matches(str(got), choices, n=1)
    hint = f" (did you mean {nearest[0]!r}?)" if nearest else ""
    return f"unknown {what} {got!r}{hint}, allowed: {', '.join(choices) or 'none'}"
