"""From recordings to the training and the test part, with notes for the record."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.captures.capture import Capture
from ltsei.data.captures.classes import Classes, numbered
from ltsei.data.captures.cutting import cut
from ltsei.data.captures.division import GROUP, Division, divide
from ltsei.data.captures.listing import META, files_of
from ltsei.data.captures.progress import Progress
from ltsei.data.captures.settings import CaptureSettings
from ltsei.data.captures.source import open_captures, shown
from ltsei.data.captures.usable import usable_windows
from ltsei.data.captures.windows import Windows
from ltsei.data.checksums import checksums
from ltsei.data.domains import domain_note
from ltsei.data.recordings import Part, Recordings


def recordings_of(settings: CaptureSettings, *, read: bool) -> Recordings:
    """Return the windows of a source's recordings; `read` is whether samples are checked and files hashed."""
    captures = open_captures(settings, read=read)
    checksum, of_file = hashed(captures, allow_duplicates=settings.allow_duplicates) if read else ("", {})
    windows, skipped = cut(captures, settings)
    usable = np.ones(len(windows.start), dtype=bool)
    try:
        if read:
            usable = usable_windows(windows, settings.drop_invalid)
        chosen = divide(windows, usable, settings)
        classes, division = numbered(windows, chosen, settings.drop_unknown)
    except InputError as error:
        raise InputError(f"{shown(settings.files)}: {error}") from error
    groups = windows.capture[np.concatenate([division.train, division.val])]
    left_out = {"invalid": int((~usable).sum()), "unknown": chosen.number - division.number}
    return Recordings(
        train=_part(windows, classes, "writing the training part", division.train, division.val),
        test=_part(windows, classes, "writing the test part", division.test),
        class_names=classes.names,
        sample_rate_hz=captures[0].rate_hz,
        checksum=checksum,
        notes={
            "dropped_signals": [sum(left_out.values())],
            "invalid_signals": [left_out["invalid"]],
            "recordings": _note(captures, skipped),
            **_division_notes(windows, classes, division),
            **domain_note([capture.domains for capture in captures], groups, windows.capture[division.test]),
        },
        num_validation=len(division.val),
        files=of_file,
        groups=groups,
        allow_duplicates=settings.allow_duplicates,
    )


def _part(windows: Windows, classes: Classes, doing: str, *blocks: np.ndarray) -> Part:
    """Return the windows of some blocks of ascending indices, one block after the other."""
    indices = np.concatenate(blocks)
    return Part(
        labels=classes.labels(windows, indices),
        signal_shape=windows.shape,
        chunks=lambda: (chunk for block in blocks for chunk in windows.chunks(block, doing)),
        origin=partial(windows.origin, indices),
    )


def _files(captures: Sequence[Capture]) -> Iterator[Path]:
    """Yield the files of the recordings in the order in which `input_files` lists them, and report the progress."""
    files = [file for path in dict.fromkeys(capture.path for capture in captures) for file in files_of(path)]
    progress = Progress("computing checksums", len(files), "files")
    for done, file in enumerate(files, start=1):
        yield file
        progress.at(done)


def hashed(captures: Sequence[Capture], *, allow_duplicates: bool) -> tuple[str, dict[str, str]]:
    """Return the checksum of all files, and of each; InputError where two files of samples have the same content."""
    checksum, of_file = checksums(_files(captures))
    first: dict[str, str] = {}
    for path, digest in of_file.items():
        is_copy = Path(path).suffix != META and first.setdefault(digest, path) != path
        if is_copy and not allow_duplicates:
            raise InputError(f"{path} is a copy of {first[digest]}; remove one of them, or set allow_duplicates: true")
    return checksum, of_file


def _division_notes(windows: Windows, classes: Classes, division: Division) -> dict[str, Any]:
    tested = set(classes.labels(windows, division.test).tolist())
    train, test = (windows.capture[indices] for indices in (division.train, division.test))
    return {
        "absent_from_test": [name for index, name in enumerate(classes.names) if index not in tested],
        "holdout": dict(division.note) | {"recordings": len(np.unique(test))},
        "groups": {"key": GROUP, "number": len(np.unique(train))},
    }


def _note(captures: Sequence[Capture], skipped: int) -> dict[str, Any]:
    """Return what is worth recording on the recordings as they are stored."""
    rates = sorted({capture.recorded_rate_hz for capture in captures if capture.recorded_rate_hz is not None})
    return {
        "number": len(captures),
        "datatypes": sorted({capture.datatype for capture in captures}),
        "rates_hz": rates,
        "too_short": skipped,
        "unlabelled": sum(capture.unlabelled for capture in captures),
    }
