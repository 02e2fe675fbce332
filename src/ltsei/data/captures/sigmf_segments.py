"""Which samples of a SigMF recording have which label: its annotations, or its captures as a whole."""

from collections.abc import Iterator, Sequence

from ltsei.core.errors import InputError
from ltsei.data.captures.capture import Segment
from ltsei.data.captures.metadata_fields import first_value, in_section, value
from ltsei.data.captures.sigmf import Fields, SigmfRecording


def capture_bounds(recording: SigmfRecording, count: int) -> list[tuple[int, int]]:
    """Return start and stop of each capture, in samples.

    Raises:
        InputError: one begins outside of the recording, or before the previous one.
    """
    starts = [_number(recording, capture, "core:sample_start", "capture", 0) for capture in recording.captures]
    bounds = list(zip(starts, [*starts[1:], count], strict=True))
    for index, (start, stop) in enumerate(bounds):
        if not 0 <= start <= stop:
            raise InputError(
                f"{recording.shown}: capture {index} (counted from 0) has the samples {start} to {stop}, but there are "
                f"{count}, in ascending order: copy the samples again if they are truncated, or correct the metadata"
            )
    return bounds


def annotation_bounds(recording: SigmfRecording, count: int) -> list[tuple[int, int]]:
    """Return start and stop of each annotation, in samples; without ``core:sample_count`` to the end of the recording.

    Raises:
        InputError: one lies outside of the recording.
    """
    bounds = []
    for index, annotation in enumerate(recording.annotations):
        start = _number(recording, annotation, "core:sample_start", f"annotation {index}", None)
        length = annotation.get("core:sample_count")
        stop = count if length is None else start + _whole(recording, length, f"annotation {index}: core:sample_count")
        if not 0 <= start < stop <= count:
            raise InputError(
                f"{recording.shown}: annotation {index} (counted from 0) has the samples {start} to {stop}, which are "
                f"not inside the recording of {count} samples: copy the samples again if they are truncated, set "
                "datatype if it is wrong, or correct the annotation"
            )
        bounds.append((start, stop))
    return bounds


def annotations_have(recording: SigmfRecording, field: str) -> bool:
    """Return whether any annotation has a field."""
    name = in_section(field, "annotations")
    return name is not None and any(value(annotation, name) for annotation in recording.annotations)


def annotated(
    recording: SigmfRecording, count: int, field: str | None, label: str | None
) -> tuple[list[Segment], list[int]]:
    """Return the annotated segments, cut where a capture ends, and the annotations without a label.

    Args:
        recording: its metadata.
        count: number of samples.
        field: that holds the label; of the annotation, else of its capture, else global.
        label: of all segments, where `field` is None.
    """
    captures = list(zip(recording.captures, capture_bounds(recording, count), strict=True))
    segments: list[Segment] = []
    unlabelled: list[int] = []
    for index, (start, stop) in enumerate(annotation_bounds(recording, count)):
        for capture, (first, last) in captures:
            if max(start, first) >= min(stop, last):
                continue
            sections = {"annotations": recording.annotations[index], "captures": capture, "global": recording.general}
            own = label if field is None else first_value(field, sections)
            if own is None:
                unlabelled.append(index)
            else:
                segments.append(Segment(max(start, first), min(stop, last), own))
    return sorted(segments, key=lambda segment: (segment.start, segment.stop)), list(dict.fromkeys(unlabelled))


def whole(recording: SigmfRecording, count: int, field: str | None, label: str | None) -> list[Segment]:
    """Return the captures as segments; arguments as for `annotated`. InputError where one has no label."""
    return list(_whole_captures(recording, capture_bounds(recording, count), field, label))


def domain(recording: SigmfRecording, field: str) -> str:
    """Return the only value of a field in a recording; InputError where it has none, or several."""
    sections: Sequence[tuple[str, Sequence[Fields]]] = (
        ("annotations", recording.annotations),
        ("captures", recording.captures),
        ("global", [recording.general]),
    )
    for section, entries in sections:
        name = in_section(field, section)
        values = {value(entry, name) for entry in entries} - {None} if name is not None else set()
        if len(values) > 1:
            listed = ", ".join(sorted(map(str, values)))
            raise InputError(f"{recording.shown}: {field} has several values ({listed}), expected one in a recording")
        if values:
            return str(values.pop())
    raise InputError(f"{recording.shown}: has no field {field}; correct `domains`, or leave this recording out")


def _whole_captures(
    recording: SigmfRecording, bounds: Sequence[tuple[int, int]], field: str | None, label: str | None
) -> Iterator[Segment]:
    for capture, (start, stop) in zip(recording.captures, bounds, strict=True):
        own = label if field is None else first_value(field, {"captures": capture, "global": recording.general})
        if own is None:
            raise InputError(
                f"{recording.shown}: no label: no annotation, capture or global field {field}; set label_field to the "
                "field that has it, or a pattern with {label}"
            )
        if start < stop:
            yield Segment(start, stop, own)


def _number(recording: SigmfRecording, fields: Fields, key: str, what: str, default: int | None) -> int:
    """Return a position in the file of samples, which ``core:offset`` shifts."""
    position = fields.get(key, default)
    shift = _whole(recording, recording.general.get("core:offset", 0), "core:offset")
    return _whole(recording, position, f"{what}: {key}") - (shift if key in fields else 0)


def _whole(recording: SigmfRecording, number: object, what: str) -> int:
    if isinstance(number, bool) or not isinstance(number, int | float) or not float(number).is_integer():
        raise InputError(f"{recording.shown}: {what}: got {number!r}, expected a whole number")
    return int(number)
