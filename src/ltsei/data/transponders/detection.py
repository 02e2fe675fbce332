"""Which datatype and rate make messages of raw files: a proposal, nothing is decided by it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ltsei.core.errors import InputError
from ltsei.data.captures.datatypes import SUFFIXES, datatype
from ltsei.data.captures.listing import UNSPECIFIC
from ltsei.data.captures.samples import StoredSamples, of_suffix, whole_samples
from ltsei.data.transponders.reception import LOWEST_RATE_HZ, received

DATATYPES = ("cu8", "ci16_le", "ci8", "cf32_le")
RATES_HZ = (2.0e6, 2.4e6)
"""What common receivers of 1090 MHz record."""
TRIED_SAMPLES = 2**19


@dataclass(frozen=True)
class Reading:
    """How the samples of a raw file are to be read."""

    datatype: str
    rate_hz: float


def readings(
    paths: Iterable[Path], kinds: str | Mapping[str, str] | None, rates: float | Mapping[str, float] | None
) -> dict[str, Reading]:
    """Return suffix -> the reading that gives most messages, for raw files; nothing where one suffix has no message.

    Args:
        paths: the recordings; of each suffix, the beginning of the first file is tried.
        kinds: the datatype, where it is known, or suffix -> datatype.
        rates: the rate, likewise.
    """
    found: dict[str, Reading] = {}
    first = {path.suffix.lower(): path for path in reversed(list(paths)) if path.is_file()}
    for suffix, path in sorted(first.items()):
        if suffix not in (*UNSPECIFIC, *SUFFIXES):
            return {}
        kind = of_suffix(kinds, suffix) or SUFFIXES.get(suffix)
        rate = of_suffix(rates, suffix)
        options = [
            Reading(each, float(rate_hz))
            for each in ([kind] if kind else DATATYPES)
            for rate_hz in ([rate] if rate else RATES_HZ)
        ]
        numbers = {option: _proven(path, option) for option in options}
        best = max(options, key=numbers.__getitem__)
        if not numbers[best]:
            return {}
        found[suffix] = best
    return found


def _proven(path: Path, reading: Reading) -> int:
    """Return how many messages at the beginning of a file are proven by their parity."""
    try:
        kind = datatype(reading.datatype)
        count = whole_samples(path, path.stat().st_size, kind)
        if kind.channels != 2 or reading.rate_hz < LOWEST_RATE_HZ:
            return 0
    except InputError:
        return 0
    samples = StoredSamples(path, kind, 0, min(count, TRIED_SAMPLES))
    return int(received(samples, reading.rate_hz, f"trying {path.name}").proven.sum())
