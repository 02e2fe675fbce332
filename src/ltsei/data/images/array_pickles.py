"""Pickles of arrays and plain containers, as CIFAR is published; anything else in a pickle is refused unread."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.core.errors import InputError

ALLOWED: dict[tuple[str, str], Callable[..., Any]] = {
    ("numpy.core.multiarray", "_reconstruct"): np.zeros(0).__reduce__()[0],  # type: ignore[dict-item]
    ("numpy._core.multiarray", "_reconstruct"): np.zeros(0).__reduce__()[0],  # type: ignore[dict-item]
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}
"""(module, name) of all that a pickle may call: what makes an array of its shape, type and bytes."""


class _ArraysOnly(pickle.Unpickler):
    """Unpickles lists, dictionaries, text, numbers and arrays."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what `ALLOWED` lists; InputError for all else, before it is imported."""
        if (module, name) not in ALLOWED:
            raise InputError(f"holds {module}.{name}, which could run code; expected arrays and plain containers only")
        return ALLOWED[module, name]


def load(path: Path) -> Any:
    """Return the content of a pickle, whose byte strings of Python 2 become text.

    Raises:
        InputError: the file is missing or damaged, or holds anything but arrays and plain containers.
    """
    try:
        with path.open("rb") as file:
            return _ArraysOnly(file, encoding="latin1").load()
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except Exception as error:  # a damaged pickle fails in any way
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: cannot be read as a pickle ({reason}); copy or unpack it again") from error
