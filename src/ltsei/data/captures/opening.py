"""From the path of a recording to its samples, rate, labels and domains; samples stay unread."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePath

from ltsei.core.errors import InputError
from ltsei.data.captures import sigmf_segments
from ltsei.data.captures.capture import Capture, Segment
from ltsei.data.captures.datatypes import SUFFIXES, Datatype, datatype
from ltsei.data.captures.listing import ARCHIVE, META, WAV
from ltsei.data.captures.name_pattern import LABEL
from ltsei.data.captures.samples import StoredSamples, of_suffix, whole_samples
from ltsei.data.captures.settings import CaptureSettings, OpeningSettings
from ltsei.data.captures.sigmf import SigmfRecording, sigmf_recordings
from ltsei.data.captures.wav import wav_samples


def open_recordings(path: Path, settings: CaptureSettings, *, read: bool) -> Iterator[Capture]:
    """Yield the recordings in a file, at the rate at which they were recorded.

    Args:
        path: a raw or WAV file, or SigMF's metadata or archive.
        settings: of the source.
        read: whether samples are compared with their checksum, where there is one.

    Raises:
        InputError: a file is missing, damaged, or its datatype or labels are unclear.
    """
    if _is_sigmf(path):
        yield from (_of_sigmf(path, each, settings) for each in _checked(path, settings, read=read))
        return
    if settings.windows == "annotations":
        raise InputError(f"{path}: windows: annotations needs SigMF; this file has no annotations")
    if settings.domains:
        raise InputError(f"{path}: domains: a file that is not SigMF has no fields; name them in the pattern")
    values = _values(path, settings)
    label = values.pop(LABEL, None)
    if label is None:
        raise InputError(
            f"{path}: no label: a file that is not SigMF has none inside; set a pattern with {{label}}, such as "
            "pattern: '{label}_run{run}'"
        )
    (capture,) = open_unlabelled(path, settings, read=read)
    yield replace(capture, segments=(Segment(0, capture.samples.count, label),), domains=values)


def open_unlabelled(path: Path, settings: OpeningSettings, *, read: bool) -> Iterator[Capture]:
    """Yield the recordings in a file without segments, for labels that come from their samples; otherwise as above."""
    if _is_sigmf(path):
        for recording in _checked(path, settings, read=read):
            samples, rate = _sigmf_samples(recording, settings), _rate(recording, settings)
            yield _unlabelled(path, recording.shown, samples, rate, _values(recording.name, settings))
        return
    samples, rate = _opened(path, settings)
    yield _unlabelled(path, str(path), samples, rate, _values(path, settings))


def _is_sigmf(path: Path) -> bool:
    """Return whether a file belongs to SigMF; InputError where there is none."""
    if not path.is_file():
        raise InputError(f"{path}: no such file, and no file matches it")
    return path.suffix in (META, ARCHIVE)


def _checked(path: Path, settings: OpeningSettings, *, read: bool) -> Iterator[SigmfRecording]:
    """Yield the recordings of SigMF in a file, their samples compared with the checksum that the metadata state."""
    for recording in sigmf_recordings(path):
        if read and settings.verify_checksums:
            recording.check_sum()
        yield recording


def _unlabelled(
    path: Path, name: str, samples: StoredSamples, rate: float | None, domains: Mapping[str, str]
) -> Capture:
    return Capture(path, name, samples, samples.datatype.name, rate, rate, (), 0, domains)


def _opened(path: Path, settings: OpeningSettings) -> tuple[StoredSamples, float | None]:
    """Return the samples of a raw or WAV file, and their rate."""
    q_first = of_suffix(settings.order, path.suffix) == "QI"
    if path.suffix.lower() in WAV:
        samples, rate = wav_samples(path, q_first=q_first)
        return samples, rate
    name = of_suffix(settings.datatype, path.suffix) or SUFFIXES.get(path.suffix.lower())
    if name is None:
        raise InputError(
            f"{path}: the suffix {path.suffix or '(none)'} does not say what the samples are: set datatype, such as "
            "datatype: ci16_le (signed 16 bits, I and Q in turn), cu8 or cf32_le; suffixes with a datatype of their "
            f"own: {', '.join(SUFFIXES)}"
        )
    given = of_suffix(settings.recorded_rate_hz, path.suffix)
    return _region(path, datatype(name), 0, path.stat().st_size, q_first=q_first), given or settings.sample_rate_hz


def _region(path: Path, kind: Datatype, offset: int, size: int, *, q_first: bool, where: str = "") -> StoredSamples:
    count = whole_samples(path, size, kind, where)
    return StoredSamples(path, kind, offset, count, q_first and kind.channels == 2)


def _of_sigmf(path: Path, recording: SigmfRecording, settings: CaptureSettings) -> Capture:
    samples = _sigmf_samples(recording, settings)
    values = _values(recording.name, settings)
    label, field = values.pop(LABEL, None), settings.field
    by_annotation = settings.windows == "annotations" or (
        settings.windows == "auto" and field is not None and sigmf_segments.annotations_have(recording, field)
    )
    try:
        values |= {name: sigmf_segments.domain(recording, source) for name, source in settings.domains.items()}
        if by_annotation:
            segments, unlabelled = sigmf_segments.annotated(recording, samples.count, field, label)
        else:
            segments, unlabelled = sigmf_segments.whole(recording, samples.count, field, label), []
    except InputError as error:
        raise _placed(recording.shown, error) from error
    if unlabelled and not settings.drop_unlabelled:
        raise InputError(
            f"{recording.shown}: {len(unlabelled)} of {len(recording.annotations)} annotations have no field {field}, "
            f"the first is annotation {unlabelled[0]} (counted from 0): set label_field to the field that has it, or "
            "drop_unlabelled: true to leave them out"
        )
    kind, rate = samples.datatype.name, _rate(recording, settings)
    return Capture(path, recording.shown, samples, kind, rate, rate, tuple(segments), len(unlabelled), values)


def _rate(recording: SigmfRecording, settings: OpeningSettings) -> float | None:
    """Return the sampling rate that the metadata state, else that of the settings."""
    stated = recording.general.get("core:sample_rate")
    if stated is None:
        given: float | None = of_suffix(settings.recorded_rate_hz, recording.path.suffix)
        return given or settings.sample_rate_hz
    if isinstance(stated, bool) or not isinstance(stated, int | float) or not 0 < stated < math.inf:
        raise InputError(f"{recording.shown}: core:sample_rate: got {stated!r}, expected a positive number")
    return float(stated)


def _placed(shown: str, error: InputError) -> InputError:
    """Return an error that says which recording it is about."""
    return error if str(error).startswith(shown) else InputError(f"{shown}: {error}")


def _sigmf_samples(recording: SigmfRecording, settings: OpeningSettings) -> StoredSamples:
    """Return the samples of a recording; InputError where its metadata state no datatype, or apparently a wrong one."""
    stated = recording.general.get("core:datatype")
    given = of_suffix(settings.datatype, recording.path.suffix)
    name = given or stated
    if not isinstance(name, str):
        raise InputError(
            f"{recording.shown}: core:datatype: got {name!r}, expected a name such as cf32_le; set datatype"
        )
    try:
        kind = datatype(name)
    except InputError as error:
        raise InputError(
            f"{recording.shown}: core:datatype: {error}; set datatype if the metadata are wrong"
        ) from error
    q_first = of_suffix(settings.order, recording.path.suffix) == "QI"
    member = "" if recording.path == recording.name.with_suffix(recording.path.suffix) else f" ({recording.name.name})"
    samples = _region(recording.path, kind, recording.offset, recording.size, q_first=q_first, where=member)
    if given is None:
        _refuse_half_precision(recording, samples, kind)
    return samples


def _refuse_half_precision(recording: SigmfRecording, samples: StoredSamples, kind: Datatype) -> None:
    """Raise InputError where the annotations end at exactly half of the samples, as if these had double precision."""
    if kind.component.kind != "f" or kind.component.itemsize != 4 or not recording.annotations:
        return
    end = max(stop for _, stop in sigmf_segments.annotation_bounds(recording, samples.count))
    if 2 * end == samples.count:
        double = kind.name.replace("32", "64")
        raise InputError(
            f"{recording.shown}: core:datatype {kind.name} gives {samples.count} samples, but the annotations end at "
            f"sample {end}, where {double} would end, too: set datatype to {double} or {kind.name} to decide"
        )


def _values(name: PurePath, settings: OpeningSettings) -> dict[str, str]:
    """Return what the pattern reads out of a name; nothing without a pattern."""
    return {} if settings.name_pattern is None else settings.name_pattern.values(name)
