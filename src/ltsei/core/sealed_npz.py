"""Arrays in an .npz file that is its own record: one of the arrays is the hash of all others."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ltsei.core import files
from ltsei.core.content import DIFFERS, SEAL, DamagedError, problem, unreadable


def write(path: str | Path, **arrays: np.ndarray) -> None:
    """Write named arrays and their hash; equal arrays give equal bytes."""
    files.write_npz(path, **arrays, **{SEAL: np.array(_seal(arrays))})


def read(path: str | Path) -> tuple[dict[str, np.ndarray], bool]:
    """Return the arrays by name, and whether there was a hash to compare them with: earlier versions wrote none.

    Raises:
        DamagedError: the file is missing, or not as it was written.
    """
    wrong = problem(path)
    if wrong:
        raise DamagedError(path, wrong)
    try:
        with Path(path).open("rb") as file:  # `numpy.load` leaves a damaged file open
            arrays = files.read_npz(file)
    except OSError as error:
        raise DamagedError(path, unreadable(error)) from error
    except Exception as error:  # a damaged archive can raise anything
        raise DamagedError(path, f"not a complete .npz file ({error})") from error
    seal = arrays.pop(SEAL, None)
    if seal is not None and str(seal) != _seal(arrays):
        raise DamagedError(path, DIFFERS)
    return arrays, seal is not None


def _seal(arrays: Mapping[str, np.ndarray]) -> str:
    digest = hashlib.sha256()
    for name, values in arrays.items():
        digest.update(f"{name} {values.dtype.str} {values.shape} ".encode())
        digest.update(values.tobytes())
    return digest.hexdigest()
