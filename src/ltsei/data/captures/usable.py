"""Windows that can be used: finite and not constant."""

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.captures.windows import Windows

IMPLAUSIBLE = 1e30
"""No recording has such values; they show that samples are read with a wrong datatype."""


def usable_windows(windows: Windows, drop_invalid: bool) -> np.ndarray:
    """Return which windows are finite and vary, bool [n]; all windows are read.

    Raises:
        InputError: some are not and `drop_invalid` is false, or none is left; the message names no file beyond the
            first window.
    """
    everything = np.arange(len(windows.start))
    checks = [_checked(chunk) for chunk in windows.chunks(everything, "checking recordings")]
    finite, varying = (np.concatenate(each) for each in zip(*checks, strict=True))
    usable: np.ndarray = finite & varying
    if usable.all() or (drop_invalid and usable.any()):
        return usable
    clauses = (
        _clause(windows, finite, "hold NaN, infinity or implausibly large values (a wrong datatype has that effect)"),
        _clause(windows, varying | ~finite, "are constant: all their samples are equal, for example zero"),
    )
    raise InputError(
        f"{'; '.join(filter(None, clauses))}: correct datatype or the files, or set drop_invalid: true to leave "
        "such windows out"
    )


def _checked(chunk: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each window [n, L, channels] whether it is finite and whether it varies; one sample need not vary."""
    with np.errstate(invalid="ignore"):
        finite = (np.abs(chunk) < IMPLAUSIBLE).all(axis=(1, 2))
    return finite, (chunk != chunk[:, :1]).any(axis=(1, 2)) | (chunk.shape[1] == 1)


def _clause(windows: Windows, passed: np.ndarray, problem: str) -> str:
    """Return how many windows have a problem and which is the first; nothing where none has it."""
    failed = np.flatnonzero(~passed)
    if len(failed) == 0:
        return ""
    return f"{len(failed)} of {len(passed)} windows {problem}, the first is {windows.origin(failed, 0)}"
