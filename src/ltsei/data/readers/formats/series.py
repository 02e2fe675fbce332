"""Series with a header of their own: .ts of sktime and aeon, and .arff of Weka."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers.array import Array, loaded_array

MISSING = {"?": "nan", "NaN": "nan"}


def open_ts(path: Path) -> list[Array]:
    """Return signals [N, L, channels] and labels of a .ts file of series of one length, without time stamps."""
    with path.open(encoding="utf-8") as file:
        header = _header(path, file)
        if header.get("timestamps") == "true":
            raise InputError(f"{path}: series with time stamps are not read; save them without (@timeStamps false)")
        if not header.get("classlabel", "").startswith("true"):
            raise InputError(f"{path}: has no class labels; expected a line `@classLabel true LABELS`")
        rows = [line.rstrip("\n").split(":") for line in file if line.strip() and not line.startswith("#")]
    series = [[_numbers(path, channel) for channel in channels] for *channels, _ in rows]
    shapes = {tuple(map(len, channels)) for channels in series}
    if len(shapes) != 1 or len(set(next(iter(shapes)))) != 1:
        lengths = sorted({length for shape in shapes for length in shape})
        raise InputError(
            f"{path}: all series must have the same length and number of channels, got lengths "
            f"{', '.join(map(str, lengths[:5]))}; cut or pad them"
        )
    signals = np.array(series).swapaxes(1, 2)
    return [loaded_array(path, "X", signals), loaded_array(path, "Y", np.array([label.strip() for *_, label in rows]))]


def open_arff(path: Path) -> list[Array]:
    """Return signals [N, L, 1] of the numeric attributes of an .arff file, and its nominal attributes as labels."""
    from scipy.io import arff  # here, because a source is also imported to plan a run, where speed counts

    try:
        table, attributes = arff.loadarff(path)
    except (arff.ArffError, NotImplementedError, StopIteration) as error:
        raise InputError(
            f"{path}: cannot be read as .arff ({error}): only numeric and nominal attributes are supported; use the "
            ".ts file of a set with several channels"
        ) from error
    names, kinds = attributes.names(), attributes.types()
    numeric = [name for name, kind in zip(names, kinds, strict=True) if kind == "numeric"]
    signals = np.stack([table[name].astype(np.float64) for name in numeric], axis=1)[..., None]
    nominal = [name for name in names if name not in numeric]
    keys = ["Y"] if len(nominal) == 1 else nominal
    labels = [np.char.decode(table[name], "utf-8") for name in nominal]
    values = [loaded_array(path, key, each) for key, each in zip(keys, labels, strict=True)]
    return [loaded_array(path, "X", signals), *values]


def _header(path: Path, lines: Iterator[str]) -> dict[str, str]:
    """Return name -> value, in lower case, of the lines up to ``@data``."""
    header: dict[str, str] = {}
    for line in lines:
        name, _, value = line.strip().partition(" ")
        if name.lower() == "@data":
            return header
        if name.startswith("@"):
            header[name[1:].lower()] = value.strip().lower()
    raise InputError(f"{path}: not a .ts file of series: it has no line @data")


def _numbers(path: Path, text: str) -> list[float]:
    try:
        return [float(MISSING.get(value.strip(), value)) for value in text.split(",")]
    except ValueError as error:
        raise InputError(f"{path}: a series holds what is not a number ({error}); fix the line") from error
