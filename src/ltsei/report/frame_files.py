"""Data frames of results as files for other tools: Parquet, which keeps the types of columns, or CSV."""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ltsei.core import files
from ltsei.core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

FORMATS = (".parquet", ".csv")


def save(frame: "pd.DataFrame", path: str | Path) -> None:
    """Write a data frame, such as `ltsei.load` returns, without its index; equal frames give equal bytes.

    A column that mixes numbers and texts is written as text in Parquet.

    Raises:
        InputError: the name ends in neither .parquet nor .csv, or Parquet lacks its package.
    """
    suffix = Path(path).suffix
    if suffix not in FORMATS:
        raise InputError(f"{path}: got the suffix {suffix!r}, expected {' or '.join(FORMATS)}")
    if suffix == ".parquet":
        _write_parquet(frame, path)
        return
    with files.atomic(path) as temporary:
        frame.to_csv(temporary, index=False, lineterminator="\n")


def require_parquet(path: str | Path) -> Any:
    """Return the modules of pyarrow, the package and its part for Parquet; InputError where they are missing."""
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError:
        install = "run pip install '.[parquet]' in the root of the repository, or write .csv"
        raise InputError(f"{path}: Parquet needs the package pyarrow, which is not installed; {install}") from None


def _write_parquet(frame: "pd.DataFrame", path: str | Path) -> None:
    arrow, parquet = require_parquet(path)
    columns = {str(name): _column(arrow, frame[name]) for name in frame.columns}
    with files.atomic(path) as temporary:
        parquet.write_table(arrow.table(columns), temporary, compression="zstd")


def _column(arrow: Any, values: "pd.Series[Any]") -> Any:
    """Return a column for pyarrow; what is undefined is null."""
    try:
        return arrow.array(values, from_pandas=True)
    except (arrow.ArrowInvalid, arrow.ArrowTypeError):
        undefined = values.isna()
        texts = [None if nothing else str(value) for value, nothing in zip(values, undefined, strict=True)]
        return arrow.array(texts, arrow.string())
