"""New recordings, read as those that a cell was trained on: cut into windows, or searched for Mode S messages."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from ltsei.core import registry
from ltsei.core.errors import InputError, unknown
from ltsei.data.captures.capture import Capture
from ltsei.data.captures.new_recordings import NewRecording, open_new_recordings
from ltsei.data.captures.opening import open_unlabelled
from ltsei.data.captures.settings import WindowSettings
from ltsei.data.captures.source import open_captures
from ltsei.data.message_mask import masked
from ltsei.data.recordings import Part, Recordings
from ltsei.data.transponders.new_messages import NewMessages, open_new_messages
from ltsei.data.transponders.settings import MessageSettings
from ltsei.pipeline.deployment.exported import Exported
from ltsei.pipeline.deployment.trained_source import MESSAGES, OF_SOURCE, PARAMETERS

OPTION = "--read"


@dataclass(frozen=True)
class Masked:
    """A recording with fields of its messages at zero, as the data set of the cell has them; read as `NewRecording`."""

    recording: NewRecording | NewMessages
    hidden: tuple[Any, ...]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.recording, name)

    def __len__(self) -> int:
        return len(self.recording)

    def chunks(self) -> Iterator[np.ndarray]:
        """Yield the masked windows."""
        shape = (self.recording.length, self.recording.capture.samples.channels)
        part = Part(np.zeros(len(self), dtype=np.int64), shape, self.recording.chunks)
        rate = self.recording.capture.rate_hz
        yield from masked(Recordings(part, part, ("",), rate, "", {}), self.hidden).train.chunks()


def open_recordings(exported: Exported, files: Sequence[str], given: Mapping[str, Any]) -> list[Any]:
    """Return the recordings in some files, as far as they can be read piece by piece.

    Args:
        exported: the model, which knows how the recordings that it was trained on were read.
        files: paths, folders and patterns.
        given: what the command line says, which comes first.

    Raises:
        InputError: what is wrong with the settings or the files, or the model was trained on other signals.
    """
    trained = exported.description.get("source") or {"name": "recordings", "parameters": {}, "hidden": []}
    resolved = _resolved(exported, trained, files, given)
    kind: Any = MessageSettings if trained["name"] == MESSAGES else WindowSettings
    settings = kind(**{field.name: {**resolved, "pattern": None}[field.name] for field in fields(kind)})
    try:
        _check(open_captures(settings, read=False, opener=open_unlabelled), exported)
        recordings = open_new_messages(settings) if kind is MessageSettings else open_new_recordings(settings)
    except InputError as error:
        raise _with_option(error) from error
    return [Masked(each, tuple(trained["hidden"])) for each in recordings] if trained["hidden"] else list(recordings)


def _resolved(
    exported: Exported, trained: Mapping[str, Any], files: Sequence[str], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return all parameters of the source that reads the files."""
    name, parameters = trained["name"], trained["parameters"]
    for key in given:
        if key not in OF_SOURCE[name]:
            raise InputError(f"{OPTION}: {unknown(key, OF_SOURCE[name], f'setting of {name}')}")
    if parameters is None and "mask" not in given:
        raise InputError(
            f"{files[0]}: the model was trained on messages by a version that did not record how they were read: give "
            f"{OPTION} mask=[aa, pi], or mask=[], as in its data set, and what else is set there"
        )
    spec = {"length": exported.signal_shape[0], **(parameters or {}), **given}
    return registry.resolve("sources", {"name": name, "files": list(files), **spec}, where=OPTION)


def _with_option(error: InputError) -> InputError:
    """Return an error that proposes a setting with the option that takes it."""
    if any(f"set {name}" in str(error) for name in PARAMETERS):
        return InputError(f"{error}; settings are given as {OPTION} KEY=VALUE")
    return error


def _check(captures: Sequence[Capture], exported: Exported) -> None:
    """Raise InputError for the first recording whose channels or rate are not those of the training."""
    (_, channels), trained_hz = exported.signal_shape, exported.description["sample_rate_hz"]
    for capture in captures:
        if capture.samples.channels != channels:
            kinds = {1: "one real channel", 2: "I and Q"}
            raise InputError(
                f"{capture.name}: {capture.datatype} is {kinds[capture.samples.channels]}, but the model takes "
                f"{kinds.get(channels, f'{channels} channels')}: set datatype if it is wrong, or use another model"
            )
        if trained_hz is None or (capture.rate_hz and math.isclose(capture.rate_hz, trained_hz, rel_tol=1e-9)):
            continue
        if capture.rate_hz is None:
            raise InputError(
                f"{capture.name}: its rate is unknown, and the model was trained at {trained_hz:.9g} Hz: set "
                "recorded_rate_hz to the rate of the recording"
            )
        raise InputError(
            f"{capture.name}: recorded at {capture.recorded_rate_hz or 0:.9g} Hz"
            f"{_resampled(capture)}, but the model was trained at {trained_hz:.9g} Hz: set "
            f"sample_rate_hz={trained_hz:.9g}, to which recordings are resampled"
        )


def _resampled(capture: Capture) -> str:
    if capture.rate_hz == capture.recorded_rate_hz:
        return ""
    return f" and resampled to {capture.rate_hz or 0:.9g} Hz"
