"""All recordings of a source, opened and compared: one rate, one kind of samples, one set of domains."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ltsei.core.errors import InputError
from ltsei.data.captures.capture import Capture, Segment
from ltsei.data.captures.listing import ARCHIVE, META, capture_paths
from ltsei.data.captures.opening import open_recordings
from ltsei.data.captures.resampling import Resampled, resampled
from ltsei.data.captures.settings import OpeningSettings

LISTED = 5
"""How many mistakes of one kind, and how many names, are listed."""


def open_captures(
    settings: OpeningSettings, *, read: bool, opener: Callable[..., Iterator[Capture]] = open_recordings
) -> list[Capture]:
    """Return the recordings of a source at the rate of the data set, in the order of their paths.

    Args:
        settings: of the source.
        read: whether samples are compared with their checksums.
        opener: `open_recordings`, or `open_unlabelled`.

    Raises:
        InputError: everything that is wrong with the settings or the files, a line each.
    """
    problems = [f"{shown(settings.files)}: {problem}" for problem in settings.mistakes()]
    if problems:
        raise InputError("\n".join(problems))
    captures = stored_captures(settings, read=read, opener=opener)
    problems = [*_stored_twice(captures), *_different(captures), *_mixed_rates(captures, settings)]
    if problems:
        raise InputError("\n".join(problems))
    return [_at_rate(capture, settings.sample_rate_hz) for capture in captures]


def stored_captures(
    settings: OpeningSettings, *, read: bool, opener: Callable[..., Iterator[Capture]] = open_recordings
) -> list[Capture]:
    """Return the recordings as they are stored; arguments and errors as for `open_captures`."""
    captures: list[Capture] = []
    mistakes_of: dict[object, list[str]] = {}
    paths = capture_paths(settings.files)
    for path in paths:
        try:
            captures += opener(path, settings, read=read)
        except InputError as error:
            alike: object = type(error) if type(error) is not InputError else str(error).removeprefix(str(path))
            mistakes_of.setdefault(alike, []).append(str(error))
    if mistakes_of:
        raise InputError("\n".join(_listed(list(mistakes_of.values()), len(paths))))
    return captures


def _listed(mistakes_of: Sequence[Sequence[str]], number: int) -> Iterator[str]:
    """Yield a line for each kind of mistake: the first one, and how many of some files have it."""
    for first, *others in mistakes_of[:LISTED]:
        yield first + (f" ({len(others) + 1} of {number} files have this mistake)" if others else "")
    if len(mistakes_of) > LISTED:
        yield f"... and {sum(map(len, mistakes_of[LISTED:]))} more files with other mistakes"


def shown(files: str | Sequence[str]) -> str:
    """Return what messages call the files of a source."""
    return files if isinstance(files, str) else ", ".join(files)


def _stored_twice(captures: Sequence[Capture]) -> Iterator[str]:
    """Yield archives beside a pair of files of the same name."""
    pairs = {capture.path.with_suffix(""): capture.path for capture in captures if capture.path.suffix == META}
    for path in dict.fromkeys(capture.path for capture in captures if capture.path.suffix == ARCHIVE):
        if path.with_suffix("") in pairs:
            yield f"{path}: {pairs[path.with_suffix('')]} beside it is the same recording; name one of them in `files`"


def _different(captures: Sequence[Capture]) -> Iterator[str]:
    """Yield what recordings of one data set must have in common, but have not."""
    first = captures[0]
    for capture in captures:
        if capture.samples.channels != first.samples.channels:
            kinds = " and ".join(f"{each.datatype} ({each.name})" for each in (first, capture))
            yield f"recordings must all be complex (I and Q) or all real, got {kinds}; name fewer files in `files`"
            return


def _mixed_rates(captures: Sequence[Capture], settings: OpeningSettings) -> Iterator[str]:
    rates = {capture.recorded_rate_hz: capture.name for capture in captures}
    if len(rates) < 2:
        return
    listed = ", ".join(
        f"{'unknown' if rate is None else f'{rate:.9g} Hz'} ({name})" for rate, name in list(rates.items())[:LISTED]
    )
    if None in rates:
        yield f"recordings of known and of unknown rate: {listed}; set recorded_rate_hz of those that state none"
    elif settings.sample_rate_hz is None:
        yield f"recordings of {len(rates)} rates: {listed}; set sample_rate_hz, to which all of them are resampled"


def _at_rate(capture: Capture, rate_hz: float | None) -> Capture:
    """Return a recording at another rate, its segments no longer than they were."""
    if rate_hz is None or capture.recorded_rate_hz is None:
        return capture
    try:
        samples = resampled(capture.samples, capture.recorded_rate_hz, rate_hz)
    except InputError as error:
        raise InputError(f"{capture.name}: {error}") from error
    if not isinstance(samples, Resampled):
        return capture
    up, down = samples.up, samples.down
    segments = (
        Segment(-(-each.start * up // down), min(each.stop * up // down, samples.count), each.label)
        for each in capture.segments
    )
    return replace(capture, samples=samples, rate_hz=rate_hz, segments=tuple(segments))
