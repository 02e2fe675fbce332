"""One recording: samples, sampling rate, labelled segments, domains."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ltsei.data.captures.samples import Samples


@dataclass(frozen=True)
class Segment:
    """The samples ``start:stop`` of a recording, which have one label."""

    start: int
    stop: int
    label: str


@dataclass(frozen=True)
class Capture:
    """One recording, its samples unread.

    Attributes:
        path: the file as messages and notes show it; of a recording in an archive, the path of the archive.
        name: path, and the member of an archive.
        samples: at the rate of the data set.
        datatype: as stored.
        recorded_rate_hz: as stored; None where it is unknown.
        rate_hz: of `samples`.
        segments: in order; windows never cross their ends. They may overlap where annotations do.
        unlabelled: annotations without a label, which were left out.
        domains: name -> value, such as ``run`` -> ``2``.
    """

    path: Path
    name: str
    samples: Samples
    datatype: str
    recorded_rate_hz: float | None
    rate_hz: float | None
    segments: tuple[Segment, ...]
    unlabelled: int
    domains: Mapping[str, str]
