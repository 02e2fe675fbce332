"""From opened files to recordings: one numbering of classes, the parts, groups, and notes for the record."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.data.checksums import checksums
from ltsei.data.readers import parts
from ltsei.data.readers.file_settings import SourceSettings
from ltsei.data.readers.metadata import class_map, sample_rate
from ltsei.data.readers.signal_file import SignalFile
from ltsei.data.readers.signal_values import value_file, values_per_signal
from ltsei.data.readers.source_files import SourceFiles, open_source
from ltsei.data.readers.value_choice import domains_of
from ltsei.data.recordings import Recordings


def recordings_of(settings: SourceSettings, *, read: bool) -> Recordings:
    """Return the recordings of a data set; `read` is whether signals are checked and files hashed."""
    files = open_source(settings, read=read)
    training, testing = files.training, files.testing
    notes: dict[str, Any] = {}
    if isinstance(testing, SignalFile):
        classes = class_map(training, testing.selected_labels, settings.class_names_key)
        train, test = parts.whole(training, classes), parts.whole(testing, classes)
        in_training = np.ones(len(train.labels), dtype=bool)
    else:
        classes = class_map(training, None, settings.class_names_key)
        train, test, in_training, notes["holdout"] = parts.divided(training, testing, classes)
    groups, group_notes = _groups(settings, files, in_training)
    if files.validation is not None:
        train = parts.joined(train, files.validation, classes)
    checksum, of_file = checksums(dict.fromkeys(_paths(settings, files))) if read else ("", {})
    absent = [name for index, name in enumerate(classes) if index not in test.labels]
    return Recordings(
        train=train,
        test=test,
        class_names=tuple(classes),
        sample_rate_hz=sample_rate(training, settings.sample_rate_hz),
        checksum=checksum,
        notes={
            **_common_notes(files, classes),
            "absent_from_test": absent,
            **notes,
            **group_notes,
            **domains_of(
                settings.domains,
                training,
                in_training,
                testing if isinstance(testing, SignalFile) else None,
                files.validation,
            ),
        },
        num_validation=0 if files.validation is None else len(files.validation.selected),
        files=of_file,
        groups=groups,
        allow_duplicates=settings.allow_duplicates,
    )


def _common_notes(files: SourceFiles, classes: dict[str, Any]) -> dict[str, Any]:
    unwanted = [file.unwanted for file in files.opened]
    return {
        "layouts": [file.layout.name for file in files.opened],
        "label_map": {name: {"index": index, "label": label} for index, (name, label) in enumerate(classes.items())},
        "dropped_signals": [len(file.labels) - len(file.selected) - file.unwanted for file in files.opened],
        "invalid_signals": [file.invalid for file in files.opened],
        **({"unwanted_signals": unwanted} if any(unwanted) else {}),
    }


def _groups(
    settings: SourceSettings, files: SourceFiles, in_training: np.ndarray
) -> tuple[np.ndarray | None, dict[str, Any]]:
    """Return the group of each training signal, validation included, and a note on them; None without a key.

    Args:
        settings: of the source.
        files: opened.
        in_training: which signals in use of the training file are for training, bool [n].
    """
    key = settings.group_key
    if key is None:
        return None, {}
    values = values_per_signal(files.training, key, "group_key")[in_training]
    names, groups = np.unique(values, return_inverse=True)
    note: dict[str, Any] = {"key": key, "number": len(names)}
    for part, file in (("test", files.testing), ("validation", files.validation)):
        if isinstance(file, SignalFile) and value_file(key) is None and any(each.key == key for each in file.arrays):
            both = np.intersect1d(names, values_per_signal(file, key, "group_key")).tolist()
            note |= {f"also_in_{part}": both} if both else {}
    of_validation = 0 if files.validation is None else len(files.validation.selected)
    return np.concatenate([groups, np.full(of_validation, len(names))]).astype(np.int64), {"groups": note}


def _paths(settings: SourceSettings, files: SourceFiles) -> Iterator[Path]:
    """Yield the files that were read, in the order in which `input_files` lists them."""
    for file in files.opened:
        yield from file.paths
    for key in (settings.group_key, settings.order_key):
        path = value_file(key)
        if path is not None:
            yield Path(path)
