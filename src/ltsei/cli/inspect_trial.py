"""The data set that proposed settings give, built once: its parts, what has to be left out, signals per class."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.config.split import SplitSettings, Validation
from ltsei.core import registry
from ltsei.core.errors import InputError
from ltsei.data import duplicates
from ltsei.data.domain_split import make_domain_split
from ltsei.data.one_length import one_length
from ltsei.data.part_checks import checked_chunks
from ltsei.data.part_counts import part_counts, shared_groups
from ltsei.data.recordings import Part, Recordings

TRIAL_BYTES = 4 * 2**30
"""Up to this total size, the files are read completely, as the rule prepare will read them."""
LISTED = 10
"""How many classes or files are listed."""


@dataclass(frozen=True)
class Trial:
    """What a trial shows.

    Attributes:
        lines: sentences on the parts.
        needed: further settings that the source needs.
        length: of the data set, if its parts need it; else None.
    """

    lines: list[str]
    needed: dict[str, Any]
    length: int | None = None


def trial(given: Mapping[str, Any]) -> Trial:
    """Return what the source makes of the settings `given`; InputError where it refuses them."""
    resolved = registry.resolve("sources", given, where="inspect")
    parameters = {key: value for key, value in resolved.items() if key != "name"}
    source = importlib.import_module(registry.module_name("sources", resolved["name"]))
    paths = [Path(path) for path in source.input_files(**parameters)]
    if sum(path.stat().st_size for path in paths if path.is_file()) > TRIAL_BYTES:
        return Trial([f"The files exceed {TRIAL_BYTES / 2**30:g} GiB: the lines below have not been tried out."], {})
    built = source.build(None, **{**parameters, "drop_invalid": True, "drop_unknown": True})
    lengths = sorted({*built.train.lengths, *built.test.lengths})
    length = lengths[0] if len(lengths) > 1 else None
    recordings = one_length(built, length)
    dropped, numbers = _dropped(recordings)
    groups = _compared(recordings)
    lines = [
        *_parts(recordings),
        *dropped,
        *shared_groups(recordings.notes),
        *_counts(replace(recordings, groups=groups)),
    ]
    if length:
        shown = " and ".join(map(str, lengths))
        lines.append(f"Signals have {shown} samples; `length` of the data set cuts or pads them to {length}.")
    return Trial(lines, {key: True for key, number in numbers.items() if number and not given.get(key)}, length)


def _parts(recordings: Recordings) -> list[str]:
    """Return a sentence on the sizes of the parts and the classes without test signals."""
    validation = recordings.num_validation
    training = f"{len(recordings.train.labels) - validation} training"
    names = [training, *([f"{validation} validation"] if validation else [])]
    parts = f"Parts: {', '.join(names)} and {len(recordings.test.labels)} test signals"
    absent = recordings.notes["absent_from_test"]
    listed = ", ".join(absent[:LISTED]) + (", ..." if len(absent) > LISTED else "")
    return [parts + (f"; classes without test signals: {listed}." if absent else ".")]


def _dropped(recordings: Recordings) -> tuple[list[str], dict[str, int]]:
    """Return sentences on the signals that the trial left out, and how many each setting leaves out."""
    invalid = sum(recordings.notes["invalid_signals"])
    unknown = sum(recordings.notes["dropped_signals"]) - invalid
    lines = []
    if invalid:
        what = "Constant signals, and signals with NaN, infinity or values beyond float32"
        lines.append(f"{what}: {invalid}; drop_invalid leaves them out.")
    if unknown:
        lines.append(f"Other signals, of classes that training lacks: {unknown}; drop_unknown leaves them out.")
    return lines, {"drop_invalid": invalid, "drop_unknown": unknown}


def _compared(recordings: Recordings) -> np.ndarray | None:
    """Return the groups of the training signals, copies being one group; InputError where parts share copies."""
    train, test = (_digests(part) for part in (recordings.train, recordings.test))
    duplicates.compare(recordings, train, test)
    return duplicates.merged_groups(recordings.groups, train)


def _digests(part: Part) -> np.ndarray:
    return np.concatenate([duplicates.digests(chunk) for chunk in checked_chunks("signals", part)])


def _counts(recordings: Recordings) -> list[str]:
    """Return sentences on the signals per class of every part, under the default division into validation."""
    settings = SplitSettings(validation=Validation(given=True)) if recordings.num_validation else SplitSettings()
    number = len(recordings.class_names)
    try:
        split = make_domain_split(
            recordings.train.labels,
            number,
            imbalance_ratio="natural",
            seed=0,
            fingerprints={},
            num_validation=recordings.num_validation,
            groups=recordings.groups,
            class_names=recordings.class_names,
            data_notes=recordings.notes,
            **settings.arguments(),
        )
    except InputError as error:
        return [f"Not divisible into training and validation as it is: {error}"]
    test = np.bincount(recordings.test.labels, minlength=number)
    counts = {"training": split.class_counts, "validation": split.val_counts, "test": test}
    return [*part_counts(recordings.class_names, counts), *(f"Warning: {note}." for note in split.notes)]
