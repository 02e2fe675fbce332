"""The classes of a data set of recordings: names in natural order, those of the training part."""

import re
from dataclasses import dataclass, replace

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.captures.division import Division
from ltsei.data.captures.windows import Windows
from ltsei.data.readers.labels import refuse_unknown

NUMBER = re.compile(r"([0-9]+)")


@dataclass(frozen=True)
class Classes:
    """Names of the classes, and class of each label code (-1 for a label that training lacks), int64."""

    names: tuple[str, ...]
    of_code: np.ndarray

    def labels(self, windows: Windows, indices: np.ndarray) -> np.ndarray:
        """Return the classes of some windows, 0...C-1."""
        numbers: np.ndarray = self.of_code[windows.labels[indices]]
        return numbers


def numbered(windows: Windows, division: Division, drop_unknown: bool) -> tuple[Classes, Division]:
    """Return the classes of the training part, and the parts without windows of others, if so wished.

    Raises:
        InputError: test or validation has other classes and `drop_unknown` is false, or training has fewer than two.
    """
    codes = np.unique(windows.labels[division.train])
    names = np.array(windows.label_names)
    if not drop_unknown:
        for part, indices in (("test", division.test), ("validation", division.val)):
            refuse_unknown(part, names[np.unique(windows.labels[indices])], names[codes].tolist())
    if len(codes) < 2:
        raise InputError(f"training needs recordings of at least two classes, got {', '.join(names[codes])}")
    ordered = sorted(codes.tolist(), key=lambda code: _natural(windows.label_names[code]))
    of_code = np.full(len(names), -1, dtype=np.int64)
    of_code[ordered] = np.arange(len(ordered))
    classes = Classes(tuple(windows.label_names[code] for code in ordered), of_code)
    known = {
        part: indices[of_code[windows.labels[indices]] >= 0]
        for part, indices in (("test", division.test), ("val", division.val))
    }
    if len(known["test"]) == 0:
        raise InputError("the test part is empty; select other recordings for it")
    return classes, replace(division, **known)


def _natural(name: str) -> list[str | int]:
    """Return a key by which ``radio 2`` comes before ``radio 10``; texts and numbers alternate in it."""
    return [int(part) if NUMBER.fullmatch(part) else part for part in NUMBER.split(name)]
