"""What a file says about its signals as a whole: class names and sampling rate."""

import math
from typing import Any

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers import keys, labels
from ltsei.data.readers.signal_file import SignalFile


def class_map(training: SignalFile, test_labels: np.ndarray | None, class_names_key: str | None) -> dict[str, Any]:
    """Return class name -> label in the file, in the order of the class numbers; arguments as in `labels.class_map`."""
    array = keys.optional_array(training.arrays, class_names_key, keys.CLASS_NAMES, "class_names_key")
    try:
        names = None if array is None else array.read()
        return labels.class_map(training.selected_labels, test_labels, names)
    except InputError as error:
        raise InputError(f"{training.path}: {error}") from error


def sample_rate(training: SignalFile, given: float | None) -> float | None:
    """Return the sampling rate in Hz: the given one, else the file's own, else None."""
    array = keys.optional_array(training.arrays, None, keys.SAMPLE_RATE, "sample_rate_hz")
    if given is not None or array is None or not array.is_numeric or math.prod(array.shape) != 1:
        return given
    rate = float(array.read().item())
    if not 0 < rate < math.inf:
        raise InputError(f"{training.path}: {array.key}: got {rate}, expected a positive number; set sample_rate_hz")
    return rate
