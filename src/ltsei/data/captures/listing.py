"""Which files belong to a data set of recordings; only names decide, nothing is opened."""

import glob
from collections.abc import Iterator, Sequence
from pathlib import Path

from ltsei.data.captures.datatypes import SUFFIXES

META, DATA, ARCHIVE, COLLECTION = ".sigmf-meta", ".sigmf-data", ".sigmf", ".sigmf-collection"
WAV = (".wav", ".wave")
UNSPECIFIC = (".bin", ".iq")
"""Suffixes of raw files that leave the datatype open."""
KNOWN = (META, DATA, ARCHIVE, *WAV, *SUFFIXES, *UNSPECIFIC)


def capture_paths(files: str | Sequence[str]) -> list[Path]:
    """Return the recordings that files, folders and patterns such as ``data/**/*.cf32`` stand for, each once.

    Of a pair of SigMF files this is the one of metadata. A pattern or a folder without a recording stands for itself.
    """
    paths: dict[Path, None] = {}
    for entry in [files] if isinstance(files, str) else files:
        listed = [_metadata(path) for path in _matches(entry) if path.suffix != COLLECTION]
        paths |= dict.fromkeys(listed or [Path(entry)])
    return list(paths)


def files_of(path: Path) -> list[Path]:
    """Return the files that a recording consists of: itself, or metadata and samples of SigMF."""
    return [path, path.with_suffix(DATA)] if path.suffix == META else [path]


def _metadata(path: Path) -> Path:
    return path.with_suffix(META) if path.suffix == DATA else path


def _matches(entry: str) -> Iterator[Path]:
    """Yield the files of a folder with its folders, or those that match a pattern, or the file itself."""
    folder = Path(entry)
    if glob.has_magic(entry) and not folder.exists():
        matches = sorted(glob.glob(entry, recursive=True))  # noqa: PTH207 (the same relative paths as the user writes)
        yield from (path for path in map(Path, matches) if path.is_file())
    elif folder.is_dir():
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in KNOWN and not path.name.startswith(".") and path.is_file():
                yield path
    else:
        yield folder
