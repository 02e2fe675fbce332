"""Recording and time of each signal of a source `files`, where its keys say so: for the audit, not for training."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ltsei.data.readers.file_settings import SourceSettings
from ltsei.data.readers.labels import contiguous
from ltsei.data.readers.metadata import class_map
from ltsei.data.readers.signal_file import SignalFile
from ltsei.data.readers.signal_values import value_file, values_per_signal
from ltsei.data.readers.source_files import SourceFiles, open_source

SETTINGS = {"recording": "group_key", "time": "order_key"}
PartValues = dict[str, tuple[np.ndarray, np.ndarray]]
"""Name -> value of each training signal, those of a validation file left out, and of each test signal."""


def signal_keys(parameters: Mapping[str, Any]) -> PartValues:
    """Return ``recording`` and ``time`` of the signals where the parameters of `components.sources.files` name a key.

    A test file that lacks the key leaves its name out.
    """
    settings = SourceSettings(**parameters)
    wanted = {name: getattr(settings, key) for name, key in SETTINGS.items() if getattr(settings, key) is not None}
    if not wanted:
        return {}
    files = open_source(settings, read=settings.drop_invalid)
    values = {name: _of_parts(settings, files, key, SETTINGS[name]) for name, key in wanted.items()}
    return {name: both for name, both in values.items() if both is not None}


def _of_parts(
    settings: SourceSettings, files: SourceFiles, key: str, setting: str
) -> tuple[np.ndarray, np.ndarray] | None:
    values = values_per_signal(files.training, key, setting)
    if not isinstance(files.testing, SignalFile):
        classes = class_map(files.training, None, settings.class_names_key)
        labels = contiguous(files.training.selected_labels, classes)
        held_out, _ = files.testing.choose(files.training, labels)
        return values[~held_out], values[held_out]
    if value_file(key) is not None or all(array.key != key for array in files.testing.arrays):
        return None
    return values, values_per_signal(files.testing, key, setting)
