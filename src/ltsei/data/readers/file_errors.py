"""The errors of damaged and of ambiguous files."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ltsei.core.errors import InputError

MAGIC = {
    b"\x93NUMPY": "a .npy file",
    b"PK\x03\x04": "a .npz file",
    b"\x89HDF": "an HDF5 file (.h5)",
    b"MATLAB": "a .mat file",
    b"\x80": "a Python pickle (.pkl)",
}
"""First bytes of a file -> its format, as words after "it is"."""
RAGGED = "signals of different length must be cut or padded to one length and saved as one array of numbers"
"""The way out for arrays of objects and of cells."""
READ_ERRORS = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the libraries raise on damaged files; `formats.mat` turns SciPy's own error into a ValueError."""


class AmbiguityError(InputError):
    """A file can be read in several ways, or in none, without a setting; the message ends with what to set.

    Attributes:
        example: settings that select one way; empty where none suggests itself.
    """

    def __init__(self, message: str, **example: str) -> None:
        super().__init__(message)
        self.example = example


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what the libraries raise inside the block into an InputError that names the file."""
    try:
        yield
    except InputError:
        raise
    except READ_ERRORS as error:
        reason = " ".join(str(error).split())
        raise InputError(
            f"{path}: cannot be read as {path.suffix} ({reason}); by its first bytes it is {detected_format(path)}; "
            "copy the file again if it is truncated or damaged, or correct its suffix"
        ) from error


def detected_format(path: Path) -> str:
    """Return the format of a file by its first bytes, as words after "it is"."""
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        return "an empty file"
    return next((words for magic, words in MAGIC.items() if start.startswith(magic)), "of an unknown format")
