"""Content hashes: what every file of a result held when it was written, so that damage to it is noticed.

They stand in the record that a job writes last, under `CONTENTS`: file, relative to the record's folder -> SHA-256
(hex) and size. The record carries a hash of itself, `SEAL`. Records of earlier versions have neither, and nothing is
compared.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ltsei.core.errors import InputError

CONTENTS, SEAL = "contents", "seal"
RECORDS = ("recipe.json", "meta.json")
"""Names of records: of a job of a method, of a store."""
BLOCK_BYTES = 2**20
DIFFERS = "content differs from what was recorded when it was made"
MISSING = "missing"
FOLDER = "a folder, where a file should be"
UNREADABLE = "cannot be read"
"""Begins what is wrong with a file that its permissions, or the disk, keep from being read."""


class DamagedError(InputError):
    """A file of a result does not hold what was written into it.

    Attributes:
        path: of the file.
        problem: what is wrong with it.
    """

    def __init__(self, path: str | Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}; `ltsei repair` says what to do")
        self.path, self.problem = str(path), problem


def sha256(path: str | Path) -> str:
    """Return the SHA-256 (hex) of a file."""
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def contents(folder: Path, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return name -> hash and size of these files in a folder."""
    return {name: _hash_and_size(folder / name) for name in names}


def contents_of(*paths: str | Path) -> dict[str, dict[str, Any]]:
    """Return file name -> hash and size of these files, whatever their folders."""
    return {Path(path).name: _hash_and_size(Path(path)) for path in paths}


def _hash_and_size(path: Path) -> dict[str, Any]:
    return {"sha256": sha256(path), "bytes": path.stat().st_size}


def sealed(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with a hash of all else in it."""
    unsealed = {key: value for key, value in record.items() if key != SEAL}
    return {**unsealed, SEAL: _seal(unsealed)}


def _seal(unsealed: Mapping[str, Any]) -> str:
    text = json.dumps(unsealed, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read_record(path: str | Path) -> dict[str, Any]:
    """Return a record without its seal; DamagedError where it is missing or not as it was written."""
    try:
        record = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise DamagedError(path, unreadable(error)) from error
    except (ValueError, RecursionError) as error:
        reason = "empty" if Path(path).stat().st_size == 0 else f"record unreadable: not complete JSON ({error})"
        raise DamagedError(path, reason) from error
    if not isinstance(record, dict) or not isinstance(record.get("fingerprints", {}), dict):
        raise DamagedError(path, "record unreadable: it is no record of a result")
    seal = record.pop(SEAL, None)
    if (seal is not None or CONTENTS in record) and seal != _seal(record):
        raise DamagedError(path, DIFFERS)
    return record


def problem(path: str | Path, recorded: Mapping[str, Any] | None = None, *, hashed: bool = True) -> str | None:
    """Return what is wrong with a file, None where nothing is.

    Args:
        path: of the file.
        recorded: its hash and size; None where they are unknown: then it only must exist and hold something.
        hashed: whether to read it and compare its hash too.
    """
    try:
        size = Path(path).stat().st_size
        if not Path(path).is_file():
            return unreadable(IsADirectoryError())
        if size == 0 and (recorded is None or recorded["bytes"] > 0):
            return "empty"
        if recorded is None:
            return None
        if size != recorded["bytes"]:
            change = "truncated" if size < recorded["bytes"] else "too long"
            return f"{change}: {size} bytes instead of {recorded['bytes']}"
        return DIFFERS if hashed and sha256(path) != recorded["sha256"] else None
    except OSError as error:
        return unreadable(error)


def unreadable(error: OSError) -> str:
    """Return what is wrong with a file that an error kept from being read."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return MISSING
    if isinstance(error, IsADirectoryError):
        return FOLDER
    return f"{UNREADABLE} ({error.strerror})"


def exists(path: str | Path) -> bool:
    """Return whether there is a file or anything else at a path; also where permissions hide it."""
    try:
        Path(path).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def is_newer(path: str | Path, record: str | Path) -> bool:
    """Return whether a file was written after its record, which a job writes last; False where either is missing."""
    try:
        return Path(path).stat().st_mtime_ns > Path(record).stat().st_mtime_ns
    except OSError:
        return False


def check_record(path: str | Path) -> dict[str, Any]:
    """Return a record whose files are as it says; DamagedError names the first that is not."""
    record = read_record(path)
    for name, recorded in record.get(CONTENTS, {}).items():
        wrong = problem(Path(path).parent / name, recorded)
        if wrong:
            raise DamagedError(Path(path).parent / name, wrong)
    return record


def check(path: str | Path, *, hashed: bool = True) -> None:
    """Compare a file with the nearest record that names it, in its own folder or the one above.

    Raises:
        DamagedError: the file or that record is damaged. A file that no record names passes.
    """
    for folder, record in _records(Path(path)):
        recorded = read_record(record).get(CONTENTS, {}).get(Path(path).relative_to(folder).as_posix())
        if recorded is not None:
            wrong = problem(path, recorded, hashed=hashed)
            if wrong:
                raise DamagedError(path, wrong)
            return


def _records(path: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the records that may name a file, each with its folder, the nearest first."""
    for folder in list(path.parents)[:2]:
        yield from ((folder, folder / name) for name in RECORDS if (folder / name).is_file())
