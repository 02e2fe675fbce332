"""The record of a data source beside its prepared signals, so that new recordings are read as the old ones were.

It is no output of a rule and changes none: signals that were prepared without it stay as they are.
"""

from pathlib import Path
from typing import Any

from ltsei.core import content, files

RECORD = "source.json"
RULE = "prepare"


def write_source_record(snakemake: Any) -> None:
    """Write the settings from which the job prepared its signals; nothing for jobs of other rules."""
    if snakemake.rule != RULE:
        return
    meta, settings = Path(snakemake.output.meta), snakemake.params.recipe.settings
    record = {
        "source": dict(settings.source),
        "mask": list(settings.mask),
        "store": content.read_record(meta)[content.CONTENTS],
    }
    files.write_json(meta.with_name(RECORD), content.sealed(record))
