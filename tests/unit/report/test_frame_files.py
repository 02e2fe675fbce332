"""Data frames of results as files."""

import sys

import pandas as pd
import pytest

from ltsei.core.errors import InputError
from ltsei.report.frame_files import save

FRAME = pd.DataFrame(
    {
        "ir": [10.0, 2.5],
        "seed": [0, "0-1"],
        "method": ["ce", "crt"],
        "few_accuracy": [None, 0.25],
        "correct": [True, False],
    }
)


def test_parquet_keeps_types_and_undefined_values_and_equal_frames_give_equal_bytes(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    for name in ("a", "b"):
        save(FRAME.copy(), tmp_path / f"{name}.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert parquet.read_table(tmp_path / "a.parquet").to_pydict() == {
        "ir": [10.0, 2.5],
        "seed": ["0", "0-1"],
        "method": ["ce", "crt"],
        "few_accuracy": [None, 0.25],
        "correct": [True, False],
    }


def test_an_undefined_value_among_numbers_and_texts_is_null_in_parquet(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    save(pd.DataFrame({"seed": [1, "0-1", float("nan"), None]}), tmp_path / "a.parquet")
    assert parquet.read_table(tmp_path / "a.parquet").to_pydict() == {"seed": ["1", "0-1", None, None]}


def test_csv_has_the_same_rows_without_an_index(tmp_path):
    save(FRAME, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == (
        "ir,seed,method,few_accuracy,correct\n10.0,0,ce,,True\n2.5,0-1,crt,0.25,False\n"
    )


def test_a_missing_package_or_another_suffix_is_named_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"needs the package pyarrow.*pip install '\.\[parquet\]'"):
        save(FRAME, tmp_path / "a.parquet")
    with pytest.raises(InputError, match=r"got the suffix '\.xlsx', expected \.parquet or \.csv"):
        save(FRAME, tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []
