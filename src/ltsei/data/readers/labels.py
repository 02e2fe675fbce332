"""Labels as people store them (vectors, one-hot, text, 1-based, with gaps), made contiguous (pure functions)."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from ltsei.core.errors import InputError


def label_vector(values: np.ndarray) -> np.ndarray:
    """Return labels as int64 or text [N] from (N,), (N, 1), (1, N) or one-hot (N, C) or (C, N).

    Raises:
        InputError: not whole numbers, or a matrix that is not one-hot; the message does not name the file.
    """
    flat = np.atleast_1d(values.squeeze())
    if flat.dtype.kind == "S":
        flat = np.char.decode(flat, "utf-8")
    if flat.dtype.kind == "U" and flat.ndim == 1:
        return np.char.strip(flat)
    if flat.dtype.kind not in "biuf" or flat.ndim > 2:
        raise InputError(
            f"labels must be a vector or one-hot, of whole numbers or text, got {values.shape} {values.dtype}"
        )
    if flat.ndim == 2:
        flat = _from_one_hot(flat)
    broken = flat[~np.isfinite(flat) | (flat != np.round(flat))]
    if len(broken):
        raise InputError(f"labels must be whole numbers, got {broken[0]}")
    return flat.astype(np.int64)


def class_map(train: np.ndarray, test: np.ndarray | None, class_names: np.ndarray | None) -> dict[str, Any]:
    """Return class name -> label in the file, in the order of the class numbers: sorted by label.

    Args:
        train: labels of the training signals as in the file.
        test: those of the test signals; None where they are held out of `train`.
        class_names: names in the order of the labels, the first for label 0, or for label 1 where the largest label
            equals the number of names.

    Raises:
        InputError: fewer than two classes, classes that only the test part has, or names that do not match the labels;
            the message does not name the file.
    """
    values = np.unique(train)
    if test is not None:
        refuse_unknown("test", test, values.tolist())
    if len(values) < 2:
        raise InputError(f"training needs at least two classes, got the labels {values.tolist()}")
    return dict(zip(_names(values, class_names), values.tolist(), strict=True))


def refuse_unknown(part: str, labels: np.ndarray, known: Collection[Any]) -> None:
    """Raise InputError, without the name of the file, where `labels` of a part are not all `known` from training."""
    unknown = sorted(set(labels.tolist()) - set(known))
    if unknown:
        listed = ", ".join(map(str, unknown[:20])) + (f", ... ({len(unknown)} in all)" if len(unknown) > 20 else "")
        raise InputError(
            f"the {part} part has signals of classes that training lacks: {listed}; "
            "set drop_unknown: true to leave them out"
        )


def contiguous(labels: np.ndarray, classes: Mapping[str, Any]) -> np.ndarray:
    """Return labels as int64 0...C-1 [N]."""
    return np.searchsorted(np.array(list(classes.values())), labels).astype(np.int64)


def _names(values: np.ndarray, class_names: np.ndarray | None) -> list[str]:
    if class_names is None or values.dtype.kind == "U":
        return [str(value) for value in values]
    names = label_vector(class_names).astype(str)
    base = 1 if values[-1] == len(names) else 0
    if values[0] < base or values[-1] >= len(names) + base:
        raise InputError(f"{len(names)} class names do not match labels from {values[0]} to {values[-1]}")
    used = [str(name) for name in names[values - base]]
    if len(set(used)) < len(used):
        raise InputError(f"class names must differ, got {', '.join(used)}")
    return used


def _from_one_hot(matrix: np.ndarray) -> np.ndarray:
    is_binary = bool(np.isin(matrix, (0, 1)).all())
    for axis in (1, 0):
        if is_binary and (matrix.sum(axis=axis) == 1).all():
            columns: np.ndarray = np.argmax(matrix, axis=axis)
            return columns
    raise InputError(f"labels of shape {matrix.shape} are neither a vector nor one-hot")
