"""The record of a data source beside its prepared signals, so that new recordings are read as the old ones were.

It is no output of the rule: signals that were prepared without it are complete.
"""

from pathlib import Path
from typing import Any

from ltsei.core import content, files

RECORD = "source.json"


def write_source_record(meta: str | Path, settings: Any) -> None:
    """Write how a store was made beside its `meta`, from the `source` and the `mask` of the settings of `prepare`."""
    record = {
        "source": dict(settings.source),
        "mask": list(settings.mask),
        "store": content.read_record(Path(meta))[content.CONTENTS],
    }
    files.write_json(Path(meta).with_name(RECORD), content.sealed(record))
