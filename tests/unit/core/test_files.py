"""A file is either complete or absent, and undefined is never a number."""

import json

import numpy as np
import pytest

from ltsei.core import files


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "deep" / "x.txt"
    files.write_text(target, "old")
    with pytest.raises(RuntimeError), files.atomic(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert list(target.parent.iterdir()) == [target]


def test_json_refuses_nan(tmp_path):
    with pytest.raises(ValueError, match="Out of range"):
        files.write_json(tmp_path / "x.json", {"a": float("nan")})
    files.write_json(tmp_path / "x.json", {"a": None})
    assert json.loads((tmp_path / "x.json").read_text()) == {"a": None}


def test_undefined_is_an_empty_cell(tmp_path):
    files.write_csv(tmp_path / "x.csv", ["a", "b"], [{"a": 1, "b": None}, {"a": 2}])
    assert (tmp_path / "x.csv").read_text() == "a,b\n1,\n2,\n"


def test_a_table_keeps_columns_of_the_same_name(tmp_path):
    files.write_table(tmp_path / "x.csv", ["c", "c"], [[1, 2]])
    assert (tmp_path / "x.csv").read_text() == "c,c\n1,2\n"


def test_equal_arrays_give_equal_bytes(tmp_path):
    for name in ("a.npz", "b.npz"):
        files.write_npz(tmp_path / name, x=np.arange(5), y=np.ones((2, 3)))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
