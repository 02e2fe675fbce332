"""Small files in the user's cache folder, for what takes long and is the same for all projects.

A damaged file is as good as none; where the folder cannot be written, or the user has no home, nothing is kept.
"""

import gzip
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path

import platformdirs


def read(name: str) -> str:
    """Return the text of a cached file; empty where there is none that is whole."""
    with suppress(OSError, RuntimeError, EOFError, zlib.error, UnicodeDecodeError):
        return gzip.decompress(_path(name).read_bytes()).decode()
    return ""


def write(name: str, text: str) -> None:
    """Write a file that other processes may be writing at the same time."""
    with suppress(OSError, RuntimeError):
        path = _path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            written = Path(folder) / path.name
            written.write_bytes(gzip.compress(text.encode()))
            written.replace(path)


def _path(name: str) -> Path:
    """Return the path of a cached file; RuntimeError for a user without a home."""
    return platformdirs.user_cache_path("ltsei") / f"{name}.gz"
