"""What `ltsei predict` is given: files of prepared signals, and recordings as they lie on disk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from ltsei.config import yaml_file
from ltsei.core.errors import InputError, unknown
from ltsei.data.captures.listing import KNOWN, capture_paths
from ltsei.data.readers.new_signals import open_new_signals
from ltsei.data.readers.open_arrays import OPENERS
from ltsei.data.readers.open_signal_file import ReaderSettings
from ltsei.pipeline.deployment.exported import Exported
from ltsei.pipeline.deployment.read_as_trained import OPTION, open_recordings
from ltsei.pipeline.deployment.trained_source import PARAMETERS

OF_ARRAYS = tuple(field.name for field in fields(ReaderSettings))


def opened(exported: Exported, paths: Sequence[str], pairs: Sequence[str]) -> list[Any]:
    """Return the signals of all paths, unread: those of files of prepared signals first, then those of recordings.

    Args:
        exported: the model.
        paths: files, folders of recordings, and patterns of recordings.
        pairs: KEY=VALUE of the option `OPTION`.
    """
    given = _given(pairs)
    recordings = [path for path in paths if _is_recording(path, given)]
    prepared = [path for path in paths if path not in recordings]
    _refuse_unused(given, OF_ARRAYS, prepared, "prepared signals")
    _refuse_unused(given, PARAMETERS, recordings, "recordings")
    reader = ReaderSettings(**{key: value for key, value in given.items() if key in OF_ARRAYS})
    signals: list[Any] = [open_new_signals(path, reader, exported.signal_shape) for path in prepared]
    if recordings:
        of_recordings = {key: value for key, value in given.items() if key in PARAMETERS}
        signals += open_recordings(exported, recordings, of_recordings)
    return signals


def notes(signals: Any) -> Iterator[str]:
    """Yield how many samples of a recording lie in no window, after the last one or in a part too short for any."""
    if signals.columns and signals.left_over:
        windows = f"{len(signals)} windows of {signals.length} samples"
        where = "after the last window or in a part too short for one"
        yield f"{signals.path}: {windows}; {signals.left_over} samples are left over, {where}"


def _given(pairs: Sequence[str]) -> dict[str, Any]:
    """Return how files are read, from KEY=VALUE."""
    given = {}
    for pair in pairs:
        key, _, value = pair.partition("=")
        if key not in (*OF_ARRAYS, *PARAMETERS):
            raise InputError(f"{OPTION}: {unknown(key, (*OF_ARRAYS, *PARAMETERS), 'setting')}")
        given[key] = yaml_file.parse(value, key)
    return given


def _refuse_unused(given: Mapping[str, Any], keys: Sequence[str], paths: Sequence[str], what: str) -> None:
    unused = [key for key in given if key in keys]
    if unused and not paths:
        raise InputError(f"{OPTION}: {unused[0]} is for {what}, of which there are none")


def _is_recording(path: str, given: Mapping[str, Any]) -> bool:
    """Return whether a path is a recording, or a folder or a pattern of some; InputError for other kinds of files."""
    if any(each.suffix.lower() in KNOWN for each in capture_paths(path)):
        return True
    place = Path(path)
    if place.is_dir():
        raise InputError(f"{path}: no recording in this folder; expected files with {', '.join(KNOWN)}")
    if place.suffix.lower() in OPENERS or not place.is_file():
        return False
    if given.get("datatype") is None:
        raise InputError(
            f"{path}: unknown suffix {place.suffix or '(none)'}: expected prepared signals ({', '.join(OPENERS)}) or a "
            f"recording ({', '.join(KNOWN)}); for raw samples of another name give {OPTION} datatype=ci16_le or another"
        )
    return True
