"""Labels as people store them, made contiguous: vectors, one-hot, text, 1-based, with gaps. Pure functions."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from ltsei.core.errors import InputError


def label_vector(values: np.ndarray) -> np.ndarray:
    """Return labels as int64 or text [N] from (N,), (N, 1), (1, N) or one-hot (N, C) or (C, N).

    Raises:
        InputError: a clause without the file's name; not whole numbers, or a matrix which is not one-hot.
    """
    flat = np.atleast_1d(values.squeeze())
    if flat.dtype.kind == "S":
        flat = np.char.decode(flat, "utf-8")
    if flat.dtype.kind == "U" and flat.ndim == 1:
        return np.char.strip(flat)
    if flat.dtype.kind not in "biuf" or flat.ndim > 2:
        raise InputError(
            f"labels must be whole numbers or text, a vector or one-hot, got {values.shape} {values.dtype}"
        )
    if flat.ndim == 2:
        flat = _from_one_hot(flat)
    broken = flat[~np.isfinite(flat) | (flat != np.round(flat))]
    if len(broken):
        raise InputError(f"labels must be whole numbers, got {broken[0]}")
    return flat.astype(np.int64)


def class_map(train: np.ndarray, test: np.ndarray | None, class_names: np.ndarray | None) -> dict[str, Any]:
    """Return class name -> label in the file, sorted by label; its order is the classes' numbering.

    Args:
        train: labels of the training signals as in the file.
        test: those of the test signals, None where they are a part of `train`.
        class_names: names by label, counted from 0, or from 1 where the largest label is their number.

    Raises:
        InputError: a clause; classes which only the test part has, or names which do not match the labels.
    """
    values = np.unique(train)
    if test is not None:
        refuse_unknown("test", test, values.tolist())
    if len(values) < 2:
        raise InputError(f"training needs two classes or more, got {values.tolist()}")
    return dict(zip(_names(values, class_names), values.tolist(), strict=True))


def refuse_unknown(part: str, labels: np.ndarray, known: Collection[Any]) -> None:
    """Raise InputError, a clause, where `labels` of the part `part` are not all among the `known` ones of training."""
    unknown = sorted(set(labels.tolist()) - set(known), key=str)
    if unknown:
        listed = ", ".join(map(str, unknown[:20]))
        raise InputError(
            f"the {part} part has {len(unknown)} classes which training lacks: {listed}; "
            "set drop_unknown: true to leave their signals out"
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
        raise InputError(f"the {len(names)} class names cannot be those of the labels {values[0]} to {values[-1]}")
    chosen = [str(name) for name in names[values - base]]
    if len(set(chosen)) < len(chosen):
        raise InputError(f"class names must differ, got {', '.join(chosen)}")
    return chosen


def _from_one_hot(matrix: np.ndarray) -> np.ndarray:
    is_binary = bool(np.isin(matrix, (0, 1)).all())
    for axis in (1, 0):
        if is_binary and (matrix.sum(axis=axis) == 1).all():
            columns: np.ndarray = np.argmax(matrix, axis=axis)
            return columns
    raise InputError(f"labels of the shape {matrix.shape} are neither a vector nor one-hot")
