"""How the recordings of a cell were read, from the record beside its prepared signals."""

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import Any

from ltsei.config.effective_settings import KNOWN
from ltsei.core import content
from ltsei.data.meta import Meta
from ltsei.data.source_record import RECORD

OPENING = ("datatype", "order", "sample_rate_hz", "recorded_rate_hz", "verify_checksums")
MESSAGES = "mode_s_messages"
OF_SOURCE: Mapping[str, tuple[str, ...]] = {
    "recordings": (*OPENING, "length", "hop", "short"),
    MESSAGES: (*OPENING, "length", "lead", "formats", "mask"),
}
"""Source of recordings -> its parameters that apply to new recordings, too."""
PARAMETERS = tuple(dict.fromkeys(key for keys in OF_SOURCE.values() for key in keys))
"""All of these, each once."""
OF_SUFFIX = ("datatype", "order", "recorded_rate_hz")
"""Parameters that apply to the kinds of files that they were written for."""


def trained_source(meta_path: Path, meta: Meta) -> dict[str, Any]:
    """Return the source of a cell's signals, JSON-able: ``name``, ``parameters`` in `OF_SOURCE`, ``hidden`` fields.

    It is empty for other sources, and for signals without a record, which earlier versions did not write; of messages,
    which are signals of another kind, it has the name and ``parameters`` None.

    Args:
        meta_path: of the store.
        meta: its content.
    """
    path = meta_path.with_name(RECORD)
    record = content.read_record(path) if path.is_file() else {}
    if not record or record["store"] != meta.contents:
        return {"name": MESSAGES, "parameters": None, "hidden": []} if "messages" in meta.notes else {}
    source = record["source"]
    if source["name"] == KNOWN:  # a choice of classes of the recordings that it names
        source = source["source"]
    if source["name"] not in OF_SOURCE:
        return {}
    parameters = {key: source[key] for key in OF_SOURCE[source["name"]] if key in source}
    suffixes = {PurePath(file).suffix.lower().removeprefix(".") for file in meta.files}
    for key in set(OF_SUFFIX) & set(parameters):
        parameters[key] = _by_suffix(parameters[key], suffixes)
    return {"name": source["name"], "parameters": parameters, "hidden": record["mask"]}


def _by_suffix(value: Any, suffixes: Iterable[str]) -> Any:
    """Return a parameter as suffix -> value, so that it does not overrule what files of other kinds say."""
    if value is None or isinstance(value, Mapping):
        return value
    return {suffix: value for suffix in sorted(suffixes) if suffix}
