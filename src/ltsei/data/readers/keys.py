"""Which array of a file plays which part: signals, labels, class names, sampling rate."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from ltsei.core.errors import InputError, unknown
from ltsei.data.readers.array import AmbiguityError, Array

Role = Literal["train", "test", "val"]

SIGNALS = ("x", "data", "signal", "signals", "iq")
LABELS = ("y", "label", "labels", "target", "targets")
CLASS_NAMES = ("class_names",)
SAMPLE_RATE = ("fs", "sample_rate", "sample_rate_hz", "sampling_rate")
I_AND_Q = {"i": "q", "I": "Q", "re": "im", "Re": "Im", "real": "imag", "Real": "Imag"}
"""Words by which the keys of I and Q differ."""


def signal_arrays(arrays: Sequence[Array], key: str | None, role: Role) -> tuple[Array, ...]:
    """Return `key`, else the array with a usual name, else the only pair called I and Q, else the only one it can be.

    Raises:
        AmbiguityError: several arrays may be the signals, or none.
        InputError: there is no such key, or all that the file holds is labels.
    """
    if key is not None:
        return (named(arrays, key, "x_key"),)
    candidates = [array for array in arrays if _may_be_signals(array)]
    pairs = _pairs(arrays)
    called = [pair for pair in pairs if is_called(role, ("i",))(pair[0])]
    called = called or [pair for pair in pairs if _is_called(pair[0], ("i",), role)]
    if len(called) == 1 and not any(_is_called(array, SIGNALS, role) for array in candidates):
        return called[0]
    if not candidates and not pairs and _are_labels(arrays, role):
        raise InputError(f"{arrays[0].path}: these look like labels ({listing(arrays)}): name the file of the signals")
    examples = [{"i_key": i.key, "q_key": q.key} for i, q in called or pairs]
    return (_choose(arrays, candidates, SIGNALS, role, "signals", "x_key (or i_key and q_key)", examples),)


def label_array(arrays: Sequence[Array], key: str | None, role: Role, signals: Sequence[Array]) -> Array:
    """Return the array of labels: `key`, else the one with a usual name, else the only vector as long as an axis."""
    if key is not None:
        return named(arrays, key, "y_key")
    others = [array for array in arrays if array not in signals and not array.is_complex]
    usual = [array for array in others if _is_called(array, LABELS, role)]
    lengths = {size for array in signals for size in (*array.shape, math.prod(array.shape))}
    vectors = [array for array in others if math.prod(array.shape) in lengths and max(array.shape, default=0) > 1]
    alone = [array for array in arrays if len(arrays) == 1 and array in others]
    candidates = usual or alone or vectors
    likely = [array for array in others if array.dtype.kind in "iuUS" and math.prod(array.shape) > 1]
    examples = [] if candidates else [*({"y_key": array.key} for array in likely), {"train_labels": "FILE"}]
    return _choose(
        arrays, candidates, LABELS, role, "labels", "y_key (or train_labels/test_labels/val_labels)", examples
    )


def optional_array(arrays: Sequence[Array], key: str | None, names: tuple[str, ...], setting: str) -> Array | None:
    """Return the array `key`, else the first one with a usual name, else None."""
    if key is not None:
        return named(arrays, key, setting)
    return next((array for array in arrays if array.key.lower() in names and array.problem is None), None)


def named(arrays: Sequence[Array], key: str, setting: str) -> Array:
    """Return the array `key`; InputError names the nearest key."""
    for array in arrays:
        if array.key == key:
            return array
    keys = [array.key or "(one array without a name)" for array in arrays]
    raise InputError(f"{arrays[0].path}: {setting}: {unknown(key, keys, 'key')}")


def partner(path: Path) -> Path:
    """Return the labels' file of a signals' file: ``X_train.npy`` -> ``Y_train.npy``, ``x_3.npy`` -> ``y_3.npy``."""
    found = _renamed(path, "xX", 1)
    if found != path and found.is_file():
        return found
    tried = f"{found.name} is not beside it" if found != path else "its name has no x which y could replace"
    raise AmbiguityError(
        f"{path}: no labels, since a .npy file holds one array and {tried}: set train_labels/test_labels/val_labels",
        train_labels="FILE",
    )


def refuse_labels(path: Path) -> None:
    """Raise InputError where `path` is ``Y_train.npy`` and ``X_train.npy`` lies beside it."""
    signals = _renamed(path, "yY", -1)
    if signals != path and signals.is_file():
        raise InputError(f"{path}: by their name these are the labels of {signals.name}: name that file")


def has_test_signals(arrays: Sequence[Array]) -> bool:
    """Return whether there is a key such as ``X_test``, or a pair such as ``I_test`` and ``Q_test``."""
    called = is_called("test", ("i",))
    return any(map(is_called("test", SIGNALS), arrays)) or any(called(first) for first, _ in _pairs(arrays))


def listing(arrays: Sequence[Array]) -> str:
    """Return keys, shapes and types of all arrays on one line."""
    return "; ".join(map(str, arrays))


def is_called(role: Role, names: tuple[str, ...]) -> Callable[[Array], bool]:
    """Return the test for a key that names `role`, such as ``X_test`` or ``test_data``."""
    spellings = {form for name in names for form in (f"{name}_{role}", f"{role}_{name}", f"{name}{role}")}
    return lambda array: array.key.lower().rsplit("/")[-1] in spellings


def _is_called(array: Array, names: tuple[str, ...], role: Role) -> bool:
    return array.key.lower().rsplit("/")[-1] in names or is_called(role, names)(array)


def _renamed(path: Path, letters: str, step: int) -> Path:
    """Return the file beside `path` whose name has another letter; `path` itself where no letter stands alone."""
    pattern = rf"(?<![A-Za-z])[{letters}](?![A-Za-z])|^[{letters}](?=[Tt]rain|[Tt]est|[Vv]al)"
    return path.with_name(re.sub(pattern, lambda match: chr(ord(match.group()) + step), path.name, count=1))


def _pairs(arrays: Sequence[Array]) -> list[tuple[Array, Array]]:
    """Return the pairs of arrays of one shape whose keys differ by the words for I and Q."""
    real = {array.key: array for array in arrays if array.is_numeric and not array.is_complex}
    found = []
    for key, array in real.items():
        for first, second in I_AND_Q.items():
            other = real.get(re.sub(rf"(?<![A-Za-z]){first}(?![A-Za-z])", second, key), array)
            if other is not array and other.shape == array.shape:
                found.append((array, other))
    return found


def _are_labels(arrays: Sequence[Array], role: Role) -> bool:
    """Return whether there are vectors of one length only, and one of them has the name or the type of labels."""
    vectors = [array for array in arrays if max(array.shape, default=0) > 1 and array.key.lower() not in CLASS_NAMES]
    is_flat = all(max(array.shape) == math.prod(array.shape) == max(vectors[0].shape) for array in vectors)
    likely = any(_is_called(array, LABELS, role) or array.dtype.kind in "biuUS" for array in vectors)
    labels_file = _renamed(arrays[0].path, "xX", 1)  # beside a flat array called x it holds the labels
    return is_flat and likely and (labels_file == arrays[0].path or not labels_file.is_file())


def _may_be_signals(array: Array) -> bool:
    long_axes = [size for size in array.shape if size > 1]
    return array.is_numeric and (len(long_axes) >= 2 or (array.is_complex and len(long_axes) == 1))


def _choose(
    arrays: Sequence[Array],
    candidates: Sequence[Array],
    names: tuple[str, ...],
    role: Role,
    what: str,
    setting: str,
    examples: Sequence[Mapping[str, str]],
) -> Array:
    """Return the only candidate, after those whose name says the role, then those with a usual name.

    Otherwise the error has the first of `examples`, or the largest candidate.
    """
    of_role = [array for array in candidates if is_called(role, names)(array)]
    usual = [array for array in candidates if _is_called(array, names, role)]
    best = of_role or usual or candidates
    if len(best) == 1:
        return best[0]
    problem = f"several arrays may be the {what}" if best else f"no array is recognisable as the {what}"
    largest = sorted(best, key=lambda array: -math.prod(array.shape))
    example = [*examples, *({setting.split()[0]: array.key} for array in largest), {}][0]
    raise AmbiguityError(f"{arrays[0].path}: {problem} ({listing(arrays)}): set {setting}", **example)
