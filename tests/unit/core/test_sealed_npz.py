"""Arrays that carry their own hash."""

import numpy as np
import pytest

from ltsei.core import files, sealed_npz
from ltsei.core.content import DamagedError

ARRAYS = {"train": np.arange(6), "ratio": np.array(2.5), "notes": np.array("[]"), "none": np.zeros((0, 3))}


def test_arrays_are_read_back_as_they_were_written(tmp_path):
    sealed_npz.write(tmp_path / "a.npz", **ARRAYS)
    arrays, hashed = sealed_npz.read(tmp_path / "a.npz")
    assert hashed
    assert list(arrays) == list(ARRAYS)
    for name, values in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], values, strict=True)


@pytest.mark.parametrize(
    "changed",
    [
        {"train": np.arange(6)[::-1]},
        {"train": np.arange(6).astype(np.int32)},
        {"train": np.arange(6).reshape(2, 3)},
        {"notes": np.array("{}")},
        {"more": np.arange(1)},
    ],
)
def test_other_arrays_under_the_same_hash_are_damage(tmp_path, changed):
    sealed_npz.write(tmp_path / "a.npz", **ARRAYS)
    seal = files.read_npz(tmp_path / "a.npz")["seal"]
    files.write_npz(tmp_path / "a.npz", **ARRAYS | changed, seal=seal)
    with pytest.raises(DamagedError, match=r"a\.npz: content differs from what was recorded when it was made"):
        sealed_npz.read(tmp_path / "a.npz")


def test_arrays_without_a_hash_are_those_of_an_earlier_version(tmp_path):
    files.write_npz(tmp_path / "a.npz", **ARRAYS)
    arrays, hashed = sealed_npz.read(tmp_path / "a.npz")
    assert (list(arrays), hashed) == (list(ARRAYS), False)


def test_a_file_that_may_not_be_read_is_damage_with_the_reason(tmp_path, monkeypatch):
    def refused(self, *arguments):
        raise PermissionError(13, "Permission denied")

    sealed_npz.write(tmp_path / "a.npz", **ARRAYS)
    monkeypatch.setattr("pathlib.Path.open", refused)
    with pytest.raises(DamagedError, match=r"a\.npz: cannot be read \(Permission denied\)"):
        sealed_npz.read(tmp_path / "a.npz")


def test_a_missing_file_is_damage_with_its_name(tmp_path):
    with pytest.raises(DamagedError, match=r"a\.npz: missing"):
        sealed_npz.read(tmp_path / "a.npz")
