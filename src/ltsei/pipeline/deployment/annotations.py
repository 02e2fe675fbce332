"""Predictions as SigMF annotations: a file of metadata for each recording, valid by itself, written row by row.

What lies beside the samples is never changed: the files go into a folder of their own, and the metadata of a SigMF
recording are copied into them, its annotations included.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ltsei.core import files
from ltsei.core.errors import InputError
from ltsei.data.captures.capture import Capture
from ltsei.data.captures.listing import ARCHIVE, META
from ltsei.data.captures.new_recordings import PLACE
from ltsei.data.captures.sigmf import sigmf_recordings
from ltsei.pipeline.deployment.sigmf_sections import (
    NAMESPACE,
    START,
    captures_section,
    global_section,
    stored_metadata,
)

OPTION = "--sigmf"
COUNT, LABEL = "core:sample_count", "core:label"
ELSEWHERE = ("file", "index", "class_name", *PLACE)
"""Columns of predictions that are no fields of the extension."""
Annotate = Callable[[Mapping[str, Any]], None]


def targets(folder: Path, captures: Sequence[Capture]) -> list[Path]:
    """Return the file of metadata for each recording, in the folders in which these lie below a common one.

    Raises:
        InputError: two recordings would share one, or it exists beside the samples of a recording.
    """
    names = [_name(capture) for capture in captures]
    root = _common([name.parent for name in names])
    paths = [folder / name.relative_to(root).with_name(f"{name.name}{META}") for name in names]
    first: dict[Path, Capture] = {}
    for path, capture in zip(paths, captures, strict=True):
        if path in first:
            raise InputError(
                f"{OPTION}: {first[path].name} and {capture.name} would both be annotated in {path}; label them one "
                "at a time, with a folder each"
            )
        first[path] = capture
        if path.exists() and path.parent.resolve() == capture.path.parent.resolve():
            raise InputError(f"{OPTION}: {path} belongs to {capture.name} and is not replaced; name another folder")
    return paths


def _name(capture: Capture) -> Path:
    """Return the absolute path of a recording without its suffix; that of a member below the folder of its archive."""
    if capture.path.suffix == ARCHIVE:
        (name,) = (each.name for each in sigmf_recordings(capture.path) if each.shown == capture.name)
        return Path(str(Path(name).absolute()).removesuffix(META))
    return capture.path.absolute().with_suffix("")


def _common(folders: Sequence[Path]) -> Path:
    """Return the lowest folder that all of these are in."""
    common = folders[0]
    while not all(folder.is_relative_to(common) for folder in folders):
        common = common.parent
    return common


@contextmanager
def annotation_file(path: Path, capture: Capture, generator: str) -> Iterator[Annotate]:
    """Yield what adds the row of a signal, in the order of time; the file is there once the block has succeeded.

    Args:
        path: to write.
        capture: the recording.
        generator: the program, for ``core:generator``.

    Raises:
        InputError: the folder cannot be written.
    """
    recording = stored_metadata(capture)
    shift = 0 if recording is None else int(recording.general.get("core:offset", 0))
    head = {"global": global_section(capture, recording), "captures": captures_section(capture, recording, shift)}
    merged = _Merged([] if recording is None else recording.annotations)
    with writable(path, OPTION), files.atomic(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.write(json.dumps(head, ensure_ascii=False, allow_nan=False)[:-1] + ', "annotations": [')

        def annotate(row: Mapping[str, Any]) -> None:
            if row.get("class_name"):
                file.writelines(merged.up_to(annotation_of(row, shift, generator)))

        yield annotate
        file.writelines(merged.rest())
        file.write("\n]}\n")


class _Merged:
    """Annotations that arrive in the order of time, and known ones, as the lines of one list in this order."""

    def __init__(self, known: Sequence[Mapping[str, Any]]) -> None:
        self.left = sorted(known, key=_start, reverse=True)
        self.separator = "\n"

    def up_to(self, annotation: Mapping[str, Any]) -> Iterator[str]:
        """Yield the known annotations that do not begin later, and this one."""
        while self.left and _start(self.left[-1]) <= _start(annotation):
            yield self._line(self.left.pop())
        yield self._line(annotation)

    def rest(self) -> Iterator[str]:
        """Yield the other known annotations."""
        while self.left:
            yield self._line(self.left.pop())

    def _line(self, annotation: Mapping[str, Any]) -> str:
        text, self.separator = self.separator, ",\n"
        return text + json.dumps(annotation, ensure_ascii=False)


@contextmanager
def writable(path: str | Path, option: str) -> Iterator[None]:
    """Turn an error of the system about a file to be written into one sentence."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{option}: {path}: cannot be written ({error.strerror}); name another place") from error


def annotation_of(row: Mapping[str, Any], shift: int, generator: str) -> dict[str, Any]:
    """Return the annotation of a row; a position in the file is `shift` less than one in the metadata."""
    more = {
        f"{NAMESPACE}:{key}": value
        for key, value in row.items()
        if key not in ELSEWHERE and value not in (None, "") and _is_json(value)
    }
    core = {
        START: row["start_sample"] + shift,
        COUNT: row["num_samples"],
        LABEL: row["class_name"],
        "core:generator": generator,
    }
    return core | more


def _start(annotation: Mapping[str, Any]) -> int:
    return int(annotation.get(START, 0))


def _is_json(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def generator() -> str:
    """Return the name and version of this program."""
    return f"{NAMESPACE} {version('ltsei')}"
