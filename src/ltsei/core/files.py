"""Files that are either complete or absent: written beside the target, then renamed.

Both hold after a power loss too: the bytes are on the disk before the name is, and the name is before the next file is
written. That costs about half a millisecond per file on a local disk.

A temporary file is called ``.{target}.{host}-{pid}-{random}.part``: no two writers share one, and no pattern of a
result matches it. A process that is killed leaves it behind; the next write of the same target removes it.
"""

import csv
import io
import json
import math
import os
import secrets
import socket
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ltsei.core.errors import InputError
from ltsei.core.processes import exists
from ltsei.core.spreadsheet import inert

SUFFIX = ".part"
ABANDONED_SECONDS = 86400.0
"""After this long without a change, a temporary file of another machine is a leftover."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every file in an archive: the first that a zip archive can hold."""
UNIX, OWNER_ONLY = 3, 0o600 << 16
"""System and permissions of every file in an archive, which no program reads."""


@contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path in the target's folder; rename it to `path` if the block succeeds, else remove it."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    for leftover in temporaries(target):
        if _abandoned(leftover):
            leftover.unlink(missing_ok=True)
    writer = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    temporary = target.with_name(f".{target.name}.{writer}{SUFFIX}")
    try:
        yield temporary
        _sync(temporary)
        temporary.replace(target)
        with suppress(OSError):  # not every file system can do this for folders
            _sync(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Wait until a file, or the list of files in a folder, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def temporaries(path: str | Path) -> list[Path]:
    """Return the temporary files of a target, of running writers and of killed ones."""
    target = Path(path)
    names = (entry.name for entry in os.scandir(target.parent)) if target.parent.is_dir() else ()
    return [target.with_name(name) for name in names if name.startswith(f".{target.name}.") and name.endswith(SUFFIX)]


def _abandoned(temporary: Path) -> bool:
    """Return whether the writer of a temporary file is dead, or silent on another machine."""
    host, _, pid = temporary.name.removesuffix(SUFFIX).rpartition("-")[0].rpartition("-")
    if host.endswith(f".{socket.gethostname()}") and pid.isdecimal():
        return not exists(int(pid))
    try:
        return time.time() - temporary.stat().st_mtime > ABANDONED_SECONDS
    except FileNotFoundError:
        return False


def write_text(path: str | Path, text: str) -> None:
    """Write `text` atomically as UTF-8, its line endings unchanged."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


def write_json(path: str | Path, value: Any) -> None:
    """Write `value` as readable JSON; NaN and infinity are refused (undefined is ``null``)."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: str | Path) -> Any:
    """Return the content of a JSON file; InputError where it is damaged."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{path}: not complete JSON ({error}); delete it and run its rule again") from error


def write_csv(path: str | Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write `rows`, one at a time, under `columns`; a missing or ``None`` value is empty, and no cell is a formula."""
    with atomic(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        header = {column: column for column in columns}
        writer.writerows({column: inert(value) for column, value in row.items()} for row in chain((header,), rows))


def write_table(path: str | Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write `rows` in order under `header`, whose names may repeat; no cell is a formula."""
    with atomic(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows(map(inert, row) for row in (header, *rows))


def write_npz(path: str | Path, **arrays: np.ndarray) -> None:
    """Write named arrays; equal arrays give equal bytes with every version of Python, unlike `numpy.savez`."""
    write_archive(path, ((f"{name}.npy", _npy(values)) for name, values in arrays.items()))


def write_npy(path: str | Path, values: np.ndarray) -> None:
    """Write one array; equal arrays give equal bytes."""
    with atomic(path) as temporary:
        temporary.write_bytes(_npy(values))


def write_archive(path: str | Path, members: Iterable[tuple[str, bytes | memoryview]]) -> None:
    """Write a zip archive of (name, content), one member at a time; equal members give equal bytes."""
    with atomic(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members:
            member = zipfile.ZipInfo(name, EPOCH)
            member.create_system, member.external_attr = UNIX, OWNER_ONLY
            archive.writestr(member, content)


def _npy(values: np.ndarray) -> memoryview:
    """Return an array as bytes of an .npy file."""
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asanyarray(values), allow_pickle=False)
    return buffer.getbuffer()


def read_npz(file: str | Path | BinaryIO) -> dict[str, np.ndarray]:
    """Return the arrays in a file by name; nothing is unpickled."""
    with np.load(file, allow_pickle=False) as arrays:
        return dict(arrays)


def number(text: str | None) -> float | None:
    """Return the number in a cell of a table; None for an empty one, NaN, infinity and Snakemake's ``-``."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None
