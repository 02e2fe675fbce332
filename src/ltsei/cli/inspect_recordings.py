"""`ltsei inspect FOLDER`: long recordings, how the data source `recordings` reads them, and the YAML lines to paste."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from ltsei.cli.inspect_layouts import by_number
from ltsei.cli.inspect_trial import LISTED, trial
from ltsei.cli.inspect_yaml import UNUSABLE, entry
from ltsei.core import registry
from ltsei.core.errors import InputError
from ltsei.data.captures.capture import Capture
from ltsei.data.captures.listing import KNOWN, capture_paths, files_of
from ltsei.data.captures.pattern_guess import guessed_pattern
from ltsei.data.captures.settings import CaptureSettings
from ltsei.data.captures.source import stored_captures

LENGTH = 1024
"""Proposed samples per window, or the shortest segment if that is shorter."""
SESSIONS = ("day", "date", "session", "run", "take", "time")
"""Domains whose last value is proposed as the test part."""


def is_recordings(path: str) -> bool:
    """Return whether a path is, or a folder or a pattern stands for, recordings that this source reads."""
    return any(each.suffix.lower() in KNOWN and each.is_file() for each in capture_paths(path))


def describe(path: str, **settings: Any) -> str:
    """Return a report in lines: files, recordings, labels and domains, windows per class, and the YAML lines to paste.

    Where recordings cannot be read as they are, the report says why and which setting to add. The YAML lines have been
    tried out: the source has been built from them, unless the files are too large.

    Args:
        path: a file, a folder or a pattern.
        settings: parameters of the data source `recordings` (without `files`).

    Raises:
        InputError: a setting is unknown, of the wrong type or out of range.
    """
    given = {"name": "recordings", "files": path, **settings}
    registry.resolve("sources", {"length": LENGTH, **given}, where="inspect")
    lines = [path, *files_lines(capture_paths(path)), ""]
    try:
        captures, proposed = _opened(given)
        lines += _recordings(captures)
        if proposed:
            lines.append(f"The pattern {proposed['pattern']} is guessed from the names; rename its fields as you like.")
        proposed |= _proposed(given | proposed, captures)
        result = trial(given | proposed)
    except InputError as error:
        return "\n".join([*lines, f"{UNUSABLE}: {error}", ""])
    proposed |= result.needed
    order = ["name", "files", "pattern", *given, *proposed]
    content = {key: (given | proposed)[key] for key in dict.fromkeys(order) if key in given | proposed}
    yaml = entry(Path(path), content, list(proposed), is_given=bool(settings.get("val")))
    return "\n".join([*lines, *result.lines, "", *yaml, ""])


def _opened(given: dict[str, Any]) -> tuple[list[Capture], dict[str, Any]]:
    """Return the recordings, and the pattern that had to be guessed for them."""
    try:
        return stored_captures(_settings(given), read=False), {}
    except InputError:
        guess = None if given.get("pattern") else guessed_pattern(capture_paths(given["files"]))
        if guess is None:
            raise
        return stored_captures(_settings(given | {"pattern": guess}), read=False), {"pattern": guess}


def _settings(given: Mapping[str, Any]) -> CaptureSettings:
    resolved = registry.resolve("sources", {"length": LENGTH, **given}, where="inspect")
    return CaptureSettings(**{field.name: resolved[field.name] for field in fields(CaptureSettings)})


def files_lines(paths: Sequence[Path]) -> list[str]:
    """Return how many files of each suffix there are, and how large they are in all."""
    suffixes = Counter(path.suffix or "without suffix" for path in paths)
    size = sum(file.stat().st_size for path in paths for file in files_of(path) if file.is_file())
    listed = ", ".join(f"{number} {suffix}" for suffix, number in suffixes.items())
    return [f"Files: {listed}, {size / 1e6:.4g} MB."]


def _recordings(captures: Sequence[Capture]) -> list[str]:
    """Return the table of the first recordings, and sentences on all of them."""
    rates = sorted({capture.recorded_rate_hz for capture in captures}, key=lambda rate: rate or 0)
    listed = ", ".join("unknown" if rate is None else f"{rate:.9g} Hz" for rate in rates)
    unknown = ["Set sample_rate_hz if you know the rate."] if None in rates else []
    kinds = ", ".join(sorted({capture.datatype for capture in captures}))
    counts = [capture.samples.count for capture in captures]
    segments = sum(len(capture.segments) for capture in captures)
    return [
        *_table(captures),
        "",
        f"Recordings: {len(captures)}, {kinds}, rate {listed}, {min(counts)} to {max(counts)} samples, {segments} "
        "labelled segments.",
        *unknown,
        *_values("Labels", [segment.label for capture in captures for segment in capture.segments]),
        *(
            line
            for name in captures[0].domains
            for line in _values(f"Domain {name}", [capture.domains[name] for capture in captures])
        ),
    ]


def _values(what: str, values: Sequence[str]) -> list[str]:
    numbers = Counter(values)
    listed = ", ".join(f"{value} ({number})" for value, number in sorted(numbers.items())[:LISTED])
    return [f"{what}, {len(numbers)}: {listed}{', ...' if len(numbers) > LISTED else '.'}"]


def _table(captures: Sequence[Capture]) -> list[str]:
    names = list(captures[0].domains)
    rows = [("recording", "datatype", "samples", "duration", "segments", "label", *names)]
    for capture in captures[:LISTED]:
        rate, count = capture.recorded_rate_hz, capture.samples.count
        labels = sorted({segment.label for segment in capture.segments})
        label = labels[0] if len(labels) == 1 else f"{len(labels)} labels"
        duration = "-" if rate is None else f"{count / rate:.4g} s"
        values = [capture.domains[name] for name in names]
        name = Path(capture.name).name
        rows.append((name, capture.datatype, str(count), duration, str(len(capture.segments)), label, *values))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return lines + [f"  ... ({len(captures)} recordings)"] * (len(captures) > LISTED)


def _proposed(given: Mapping[str, Any], captures: Sequence[Capture]) -> dict[str, Any]:
    """Return a window length and a test part where these are not given."""
    proposed: dict[str, Any] = {}
    if "length" not in given:
        shortest = min((each.stop - each.start for capture in captures for each in capture.segments), default=LENGTH)
        proposed["length"] = max(1, min(LENGTH, shortest))
    if all(given.get(name) is None for name in ("test", "holdout", "fold")):
        proposed |= _test_part(captures)
    return proposed


def _test_part(captures: Sequence[Capture]) -> dict[str, Any]:
    """Return the last value of a domain such as run, if every class has it and another one; else a holdout."""
    for name in SESSIONS:
        values = sorted({capture.domains.get(name, "") for capture in captures}, key=by_number)
        if len(values) > 1 and _in_every_class(captures, name, values[-1]):
            return {"test": {name: [values[-1]]}}
    return {"holdout": 0.3}


def _in_every_class(captures: Sequence[Capture], name: str, value: str) -> bool:
    """Return whether every class has recordings with this value of a domain, and others."""
    with_value, others = (
        {
            segment.label
            for capture in captures
            if (capture.domains.get(name) == value) == has_it
            for segment in capture.segments
        }
        for has_it in (True, False)
    )
    return with_value == others
