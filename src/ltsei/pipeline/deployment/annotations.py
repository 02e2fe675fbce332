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
from ltsei.data.captures.datatypes import Datatype
from ltsei.data.captures.listing import ARCHIVE, META
from ltsei.data.captures.new_recordings import PLACE
from ltsei.data.captures.resampling import Resampled
from ltsei.data.captures.samples import StoredSamples
from ltsei.data.captures.sigmf import SigmfRecording, sigmf_recordings

NAMESPACE, NAMESPACE_VERSION = "ltsei", "1.0.0"
SIGMF_VERSION = "1.2.0"
"""Of the specification that new metadata follow."""
OPTION = "--sigmf"
START, COUNT, LABEL, EXTENSIONS = "core:sample_start", "core:sample_count", "core:label", "core:extensions"
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
    recording = _sigmf(capture)
    shift = 0 if recording is None else int(recording.general.get("core:offset", 0))
    known = sorted([] if recording is None else recording.annotations, key=_start)
    with writable(path, OPTION), files.atomic(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        head = {"global": _general(capture, recording), "captures": _captures(capture, recording, shift)}
        file.write(json.dumps(head, ensure_ascii=False, allow_nan=False)[:-1] + ', "annotations": [')
        queue, separator = known[::-1], "\n"

        def write(annotation: Mapping[str, Any]) -> None:
            nonlocal separator
            file.write(separator + json.dumps(annotation, ensure_ascii=False))
            separator = ",\n"

        def annotate(row: Mapping[str, Any]) -> None:
            if not row.get("class_name"):
                return
            annotation = annotation_of(row, shift, generator)
            while queue and _start(queue[-1]) <= annotation[START]:
                write(queue.pop())
            write(annotation)

        yield annotate
        while queue:
            write(queue.pop())
        file.write("\n]}\n")


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


def _sigmf(capture: Capture) -> SigmfRecording | None:
    """Return the metadata of a SigMF recording."""
    if capture.path.suffix not in (META, ARCHIVE):
        return None
    return next(each for each in sigmf_recordings(capture.path) if each.shown == capture.name)


def _stored(capture: Capture) -> StoredSamples:
    samples = capture.samples.samples if isinstance(capture.samples, Resampled) else capture.samples
    assert isinstance(samples, StoredSamples)
    return samples


def _general(capture: Capture, recording: SigmfRecording | None) -> dict[str, Any]:
    """Return the global fields: those of the recording, corrected as it was read, and the extension declared."""
    stored = _stored(capture)
    general: dict[str, Any] = {"core:version": SIGMF_VERSION} | dict(recording.general if recording else {})
    general["core:datatype"] = _sigmf_datatype(stored.datatype)
    if capture.recorded_rate_hz is not None:
        general["core:sample_rate"] = capture.recorded_rate_hz
    if recording is None:
        general["core:dataset"] = capture.path.name
        trailing = capture.path.stat().st_size - stored.offset - stored.count * stored.datatype.sample_bytes
        general |= {"core:trailing_bytes": trailing} if trailing else {}
        general |= {"core:description": "Q comes before I"} if stored.q_first else {}
    ours = {"name": NAMESPACE, "version": NAMESPACE_VERSION, "optional": True}
    general[EXTENSIONS] = [each for each in general.get(EXTENSIONS, []) if each.get("name") != NAMESPACE] + [ours]
    return general


def _sigmf_datatype(kind: Datatype) -> str:
    """Return the name in SigMF of how samples are stored; WAV files have other names."""
    form, letter = "cr"[kind.channels == 1], kind.component.kind
    bits = 8 * kind.component.itemsize
    ending = "" if bits == 8 else "_be" if kind.component.byteorder == ">" else "_le"
    return f"{form}{letter}{bits}{ending}"


def _captures(capture: Capture, recording: SigmfRecording | None, shift: int) -> list[dict[str, Any]]:
    if recording is not None:
        return [{START: shift} | dict(each) for each in recording.captures]
    header = _stored(capture).offset
    return [{START: 0} | ({"core:header_bytes": header} if header else {})]
