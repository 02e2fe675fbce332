"""Which array of a file holds the signals, the labels, the class names or the sampling rate."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from ltsei.core.errors import InputError, unknown
from ltsei.data.readers.array import Array
from ltsei.data.readers.file_errors import AmbiguityError
from ltsei.data.readers.label_files import partner_of

PartName = Literal["train", "test", "val"]

SIGNALS = ("x", "data", "signal", "signals", "iq")
LABELS = ("y", "label", "labels", "target", "targets")
CLASS_NAMES = ("class_names",)
SAMPLE_RATE = ("fs", "sample_rate", "sample_rate_hz", "sampling_rate")
I_AND_Q = {"i": "q", "I": "Q", "re": "im", "Re": "Im", "real": "imag", "Real": "Imag"}
"""Words by which the keys of I and Q differ."""


def signal_arrays(arrays: Sequence[Array], key: str | None, part: PartName) -> tuple[Array, ...]:
    """Return the array of signals, or those of I and of Q.

    In this order: `key`; the array with a usual name; the only pair called I and Q; the only array that can hold
    signals.

    Raises:
        AmbiguityError: several arrays may be the signals, or none.
        InputError: there is no such key, or the file holds only labels.
    """
    if key is not None:
        return (named(arrays, key, "x_key"),)
    candidates = [array for array in arrays if may_be_signals(array)]
    pairs = _pairs(arrays)
    iq_pairs = [pair for pair in pairs if names_part(part, ("i",))(pair[0])]
    iq_pairs = iq_pairs or [pair for pair in pairs if _has_name(pair[0], ("i",), part)]
    if len(iq_pairs) == 1 and not any(_has_name(array, SIGNALS, part) for array in candidates):
        return iq_pairs[0]
    if not candidates and not pairs and _are_labels(arrays, part):
        raise InputError(f"{arrays[0].path}: this looks like labels ({listing(arrays)}); name the file of the signals")
    examples = [{"i_key": i.key, "q_key": q.key} for i, q in iq_pairs or pairs]
    return (_only_candidate(arrays, candidates, SIGNALS, part, "signals", "x_key (or i_key and q_key)", examples),)


def label_array(arrays: Sequence[Array], key: str | None, part: PartName, signals: Sequence[Array]) -> Array:
    """Return the array of labels: `key`, else the one with a usual name, else the only vector as long as an axis."""
    if key is not None:
        return named(arrays, key, "y_key")
    others = [array for array in arrays if array not in signals and not array.is_complex]
    usual = [array for array in others if _has_name(array, LABELS, part)]
    lengths = {size for array in signals for size in (*array.shape, math.prod(array.shape))}
    vectors = [array for array in others if math.prod(array.shape) in lengths and max(array.shape, default=0) > 1]
    alone = [array for array in arrays if len(arrays) == 1 and array in others]
    candidates = usual or alone or vectors
    likely = [array for array in others if array.dtype.kind in "iuUS" and math.prod(array.shape) > 1]
    examples = [] if candidates else [*({"y_key": array.key} for array in likely), {"train_labels": "FILE"}]
    setting = "y_key (or train_labels/test_labels/val_labels)"
    return _only_candidate(arrays, candidates, LABELS, part, "labels", setting, examples)


def optional_array(arrays: Sequence[Array], key: str | None, names: tuple[str, ...], setting: str) -> Array | None:
    """Return the array `key`, else the first one with one of the usual `names`, else None."""
    if key is not None:
        return named(arrays, key, setting)
    return next((array for array in arrays if array.key.lower() in names and array.problem is None), None)


def named(arrays: Sequence[Array], key: str, setting: str) -> Array:
    """Return the array `key`; InputError suggests the nearest key."""
    for array in arrays:
        if array.key == key:
            return array
    keys = [array.key or "(one array without a key)" for array in arrays]
    raise InputError(f"{arrays[0].path}: {setting}: {unknown(key, keys, 'key')}")


def has_test_signals(arrays: Sequence[Array]) -> bool:
    """Return whether there is a key such as ``X_test``, or a pair such as ``I_test`` and ``Q_test``."""
    is_i = names_part("test", ("i",))
    return any(map(names_part("test", SIGNALS), arrays)) or any(is_i(first) for first, _ in _pairs(arrays))


def listing(arrays: Sequence[Array]) -> str:
    """Return keys, shapes and types of arrays on one line."""
    return "; ".join(map(str, arrays))


def names_part(part: PartName, names: tuple[str, ...]) -> Callable[[Array], bool]:
    """Return the test for a key made of `part` and one of `names`, such as ``X_test`` or ``test_data``."""
    spellings = {form for name in names for form in (f"{name}_{part}", f"{part}_{name}", f"{name}{part}")}
    return lambda array: array.key.lower().rsplit("/")[-1] in spellings


def _has_name(array: Array, names: tuple[str, ...], part: PartName) -> bool:
    return array.key.lower().rsplit("/")[-1] in names or names_part(part, names)(array)


def _pairs(arrays: Sequence[Array]) -> list[tuple[Array, Array]]:
    """Return the pairs of arrays of one shape whose keys differ by the words for I and Q."""
    real = {array.key: array for array in arrays if array.is_numeric and not array.is_complex}
    pairs = []
    for key, array in real.items():
        for first, second in I_AND_Q.items():
            other = real.get(re.sub(rf"(?<![A-Za-z]){first}(?![A-Za-z])", second, key), array)
            if other is not array and other.shape == array.shape:
                pairs.append((array, other))
    return pairs


def _are_labels(arrays: Sequence[Array], part: PartName) -> bool:
    """Return whether all arrays are vectors of one length, at least one of them with the name or type of labels.

    Scalars and class names do not count.
    """
    vectors = [array for array in arrays if max(array.shape, default=0) > 1 and array.key.lower() not in CLASS_NAMES]
    is_flat = all(max(array.shape) == math.prod(array.shape) == max(vectors[0].shape) for array in vectors)
    likely = any(_has_name(array, LABELS, part) or array.dtype.kind in "biuUS" for array in vectors)
    partner = partner_of(arrays[0].path)  # where it exists it holds the labels, and a flat array x is signals
    return is_flat and likely and (partner is None or not partner.is_file())


def may_be_signals(array: Array) -> bool:
    """Return whether an array has numbers in two axes, or complex numbers in one."""
    long_axes = [size for size in array.shape if size > 1]
    return array.is_numeric and (len(long_axes) >= 2 or (array.is_complex and len(long_axes) == 1))


def _only_candidate(
    arrays: Sequence[Array],
    candidates: Sequence[Array],
    names: tuple[str, ...],
    part: PartName,
    content: str,
    setting: str,
    examples: Sequence[Mapping[str, str]],
) -> Array:
    """Return the only candidate whose key names the part, else the only one with a usual name, else the only one.

    The error otherwise suggests the first of `examples`, or else the largest candidate.
    """
    of_part = [array for array in candidates if names_part(part, names)(array)]
    usual = [array for array in candidates if _has_name(array, names, part)]
    best = of_part or usual or candidates
    if len(best) == 1:
        return best[0]
    problem = f"{'several arrays may be' if best else 'no array looks like'} the {content} ({listing(best or arrays)})"
    largest = sorted(best, key=lambda array: -math.prod(array.shape))
    example = [*examples, *({setting.split()[0]: array.key} for array in largest), {}][0]
    raise AmbiguityError(f"{arrays[0].path}: {problem}: set {setting}", **example)
