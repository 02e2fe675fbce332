"""Checksums of a source's files, and which of these files have changed since a store was made from them."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ltsei.core.errors import InputError
from ltsei.data.meta import Meta

BLOCK_BYTES = 2**20


def checksums(paths: Iterable[Path]) -> tuple[str, dict[str, str]]:
    """Return the SHA-256 (hex) over the bytes of all files, one after the other, and path -> that of each file."""
    combined, of_file = hashlib.sha256(), {}
    for path in paths:
        single = hashlib.sha256()
        _update(path, combined, single)
        of_file[str(path)] = single.hexdigest()
    return combined.hexdigest(), of_file


def changed_files(meta: Meta) -> list[str]:
    """Return the files whose content is no longer what the store was made from, by hashing them.

    Paths start at the working directory, as they did when the store was made. Files that do not exist are left out:
    `missing_files` returns them.
    """
    return [path for path, checksum in meta.files.items() if Path(path).is_file() and _checksum(path) != checksum]


def missing_files(meta: Meta) -> list[str]:
    """Return the files that the store was made from and that no longer exist."""
    return [path for path in meta.files if not Path(path).is_file()]


def _checksum(path: str) -> str:
    digest = hashlib.sha256()
    _update(Path(path), digest)
    return digest.hexdigest()


def _update(path: Path, *digests: Any) -> None:
    """Feed the bytes of a file to `digests`."""
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                for digest in digests:
                    digest.update(block)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
