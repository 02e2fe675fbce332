"""`ltsei inspect FILE` on a recording of 1090 MHz: its Mode S messages, their senders, and the YAML lines to paste."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from ltsei.cli.inspect_recordings import files_lines
from ltsei.cli.inspect_trial import LISTED, trial
from ltsei.cli.inspect_yaml import UNUSABLE, entry
from ltsei.core import registry
from ltsei.core.errors import InputError
from ltsei.data.captures.listing import capture_paths
from ltsei.data.transponders.bursts import Bursts, open_bursts
from ltsei.data.transponders.detection import Reading, readings
from ltsei.data.transponders.settings import MessageSettings

SOURCE = "mode_s_messages"
OF_RECORDINGS = ("pattern", "length", "hop", "label_field", "windows", "test")
"""Settings that show that windows of whole recordings are wanted, unless the source is named."""


def describe(path: str, **settings: Any) -> str:
    """Return a report in lines: messages, transponders, parts, and the YAML lines to paste; nothing without messages.

    Args:
        path: a file, a folder or a pattern.
        settings: of the source; with ``name: mode_s_messages`` the report also says why there is no message.

    Raises:
        InputError: a setting is unknown, of the wrong type or out of range.
    """
    paths, is_named = capture_paths(path), settings.get("name") == SOURCE
    if not is_named and ("name" in settings or any(key in settings for key in OF_RECORDINGS)):
        return ""
    rates = settings.get("recorded_rate_hz") or settings.get("sample_rate_hz")
    found = readings(paths, settings.get("datatype"), rates)
    if not found and not is_named:
        return ""
    given = {"name": SOURCE, "files": path, **settings}
    registry.resolve("sources", given, where="inspect")
    proposed = _proposed(given, found)
    lines = [path, *files_lines(paths), ""]
    try:
        bursts = open_bursts(_settings(given | proposed), read=False)
        lines += _messages(bursts)
        result = trial(given | proposed)
    except InputError as error:
        return "\n".join([*lines, f"{UNUSABLE}: {error}", ""])
    proposed |= result.needed
    yaml = entry(Path(path), given | proposed, list(proposed))
    return "\n".join([*lines, *result.lines, "", *yaml, ""])


def _settings(given: Mapping[str, Any]) -> MessageSettings:
    resolved = registry.resolve("sources", given, where="inspect")
    return MessageSettings(**{field.name: resolved[field.name] for field in fields(MessageSettings)})


def _proposed(given: Mapping[str, Any], found: Mapping[str, Reading]) -> dict[str, Any]:
    """Return the settings of the readings, and one rate where recordings have several."""
    kinds = {suffix[1:]: reading.datatype for suffix, reading in found.items()}
    rates = {suffix[1:]: reading.rate_hz for suffix, reading in found.items()}
    proposed: dict[str, Any] = {
        key: values if len(set(values.values())) > 1 else next(iter(values.values()))
        for key, values in (("datatype", kinds), ("recorded_rate_hz", rates))
        if values
    }
    if len(set(rates.values())) > 1:
        proposed["sample_rate_hz"] = min(rates.values())
    return {key: value for key, value in proposed.items() if key not in given}


def _messages(bursts: Bursts) -> list[str]:
    """Return sentences on the messages, and a table of the transponders with most of them."""
    numbers = bursts.numbers()
    total = sum(numbers.values(), Counter[str]())
    rows = [("address", "messages", "formats"), *((n, str(each.total()), _listed(each)) for n, each in numbers.items())]
    shown = rows[: LISTED + 1]
    widths = [max(len(row[column]) for row in shown) for column in range(2)]
    table = ["  " + "  ".join([*map(str.ljust, row[:2], widths), row[2]]) for row in shown]
    more = [f"  ... ({len(numbers)} transponders)"] if len(rows) > len(shown) else []
    captures = bursts.windows.captures
    kinds = ", ".join(
        sorted({f"{each.datatype} at {each.recorded_rate_hz:.9g} Hz" for each in captures if each.recorded_rate_hz})
    )
    transponders = f"{len(numbers)} transponder{'' if len(numbers) == 1 else 's'}"
    return [
        f"Mode S: {total.total()} messages without bit errors from {transponders} ({_listed(total)}).",
        *table,
        *more,
        "",
        f"Recordings: {len(captures)}, {kinds}. Messages do not show whether I or Q comes first (order).",
    ]


def _listed(numbers: Counter[str]) -> str:
    return ", ".join(f"{kind} {number}" for kind, number in sorted(numbers.items(), key=lambda item: int(item[0][2:])))
