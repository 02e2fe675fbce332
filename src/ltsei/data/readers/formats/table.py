"""Tables with one signal a row: .csv with or without a header, and .txt and .tsv of the UCR archive.

Without a header, one column at either end holds the labels, in files of the UCR archive the first one. With a header,
numbered columns, such as ``x0 x1 x2 ...`` or ``0 1 2 ...``, are signals; any other column is an array of its own.
"""

import csv
import re
from pathlib import Path

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers.array import Array, loaded_array
from ltsei.data.readers.file_errors import AmbiguityError

NUMBERED = re.compile(r"(.*?)[_ .\[(]*([0-9]+)[\])]*")


def open_ucr(path: Path) -> list[Array]:
    """Return the signals [N, L, 1] and labels of a file of the UCR archive: the label, then the values of a signal."""
    with path.open(encoding="utf-8-sig") as file:
        separator = "," if "," in file.readline() else None
    table = np.loadtxt(path, delimiter=separator, ndmin=2, encoding="utf-8-sig")
    if table.shape[1] < 3:
        raise InputError(
            f"{path}: expected a label and the samples of a signal on each line, got {table.shape[1]} values"
        )
    return [loaded_array(path, "X", table[:, 1:, None]), loaded_array(path, "Y", table[:, 0])]


def open_csv(path: Path) -> list[Array]:
    """Return the arrays of a table: signals [N, L] under the common beginning of their columns' names, or X."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        start = file.read(2**16)
        dialect = _dialect(start)
        file.seek(0)
        rows = [[cell.strip() for cell in row] for row in csv.reader(file, dialect) if row]
    widths = {len(row) for row in rows}
    if len(widths) != 1:
        raise InputError(
            f"{path}: expected one signal of the same length on each line, got {min(widths, default=0)} to "
            f"{max(widths, default=0)} columns; cut or pad the signals to one length"
        )
    has_header = (
        sum(map(_is_number, rows[0])) < len(rows[0]) / 2
        or (not all(map(_is_number, rows[0])) and len(rows) > 1 and all(map(_is_number, rows[1])))
        or _is_counted(rows[0])
    )
    if len(rows[0]) == 1:
        cells = np.array(rows).ravel()  # labels, or groups, of signals in another file
        is_named = len(cells) > 1 and not _is_number(rows[0][0]) and all(map(_is_number, cells[1:]))
        return [loaded_array(path, "", _values(cells[1:] if is_named else cells))]
    if not has_header:
        return _without_header(path, np.array(rows))
    return _with_header(path, rows[0], np.array(rows[1:]).reshape(-1, len(rows[0])))


def _is_counted(row: list[str]) -> bool:
    """Return whether cells are 0, 1, 2, ..., as the header of a table without names of its own."""
    return row[:-1] == [str(index) for index in range(len(row) - 1)]


def _dialect(start: str) -> type[csv.Dialect] | str:
    try:
        return csv.Sniffer().sniff(start.rsplit("\n", 1)[0] or start, delimiters=",;\t ")
    except csv.Error:
        return "excel"


def _with_header(path: Path, header: list[str], cells: np.ndarray) -> list[Array]:
    """Return an array for each group of numbered columns, and one for every other column."""
    groups: dict[str, list[int]] = {}
    for index, name in enumerate(header):
        match = NUMBERED.fullmatch(name)
        groups.setdefault(match[1] if match else name, []).append(index)
    arrays = []
    for name, columns in groups.items():
        if len(columns) > 1:
            ordered = sorted(columns, key=lambda index: int((NUMBERED.fullmatch(header[index]) or [0, 0, 0])[2]))
            arrays.append(loaded_array(path, name or "X", _numbers(path, cells[:, ordered])))
        else:
            arrays.append(loaded_array(path, header[columns[0]], _values(cells[:, columns[0]])))
    return arrays


def _without_header(path: Path, cells: np.ndarray) -> list[Array]:
    """Return signals and labels, which are the only column at either end that holds whole numbers or text."""
    likely = [column for column in (0, cells.shape[1] - 1) if _may_be_labels(_values(cells[:, column]))]
    if len(likely) != 1 or cells.shape[1] < 3:
        raise AmbiguityError(
            f"{path}: a table without a header needs labels (whole numbers or text) in its first or its last column, "
            f"got {'both' if likely else 'neither'}: add a header such as label,x0,x1,x2,..."
        )
    signals = np.delete(cells, likely[0], axis=1)
    return [
        loaded_array(path, "X", _numbers(path, signals)),
        loaded_array(path, "Y", _values(cells[:, likely[0]])),
    ]


def _may_be_labels(values: np.ndarray) -> bool:
    return values.dtype.kind in "iU"


def _values(cells: np.ndarray) -> np.ndarray:
    """Return whole numbers, numbers, or the text as it is."""
    for kind in (np.int64, np.float64):
        try:
            numbers: np.ndarray = cells.astype(kind)
        except ValueError:
            continue
        return numbers
    return cells


def _numbers(path: Path, cells: np.ndarray) -> np.ndarray:
    try:
        return cells.astype(np.float64)
    except ValueError as error:
        raise InputError(f"{path}: a signal holds what is not a number ({error}); fix the line") from error


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
