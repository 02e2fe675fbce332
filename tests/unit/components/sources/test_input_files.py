"""Which files a source of data reads, known before anything is opened."""

import subprocess
import sys

import numpy as np
import pytest

from ltsei.components.sources import files
from ltsei.core import registry
from ltsei.core.context import build_component
from ltsei.core.errors import InputError

SIGNALS = np.random.default_rng(0).normal(size=(12, 40, 2))
LABELS = np.arange(12) % 3


def input_files(**settings):
    resolved = registry.resolve("sources", {"name": "files", **settings}, where="source")
    del resolved["name"]
    return files.input_files(**resolved)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    for part in ("train", "test", "val"):
        np.save(tmp_path / f"data/X_{part}.npy", SIGNALS + len(part) + ord(part[0]))
        np.save(tmp_path / f"data/Y_{part}.npy", LABELS)
        np.savez(tmp_path / f"data/{part}.npz", X=SIGNALS + len(part) + ord(part[0]), Y=LABELS)
    np.save(tmp_path / "data/devices.npy", LABELS)
    np.save(tmp_path / "data/sessions.npy", np.arange(12) // 3)
    return tmp_path / "data"


READABLE = [
    ({"train": "data/X_train.npy", "holdout": 0.3}, ["data/X_train.npy", "data/Y_train.npy"]),
    (
        {"train": "data/X_train.npy", "train_labels": "data/devices.npy", "holdout": 0.3},
        ["data/X_train.npy", "data/devices.npy"],
    ),
    ({"train": "data/train.npz", "holdout": 0.3}, ["data/train.npz"]),
    (
        {"train": "data/X_train.npy", "test": "data/X_test.npy", "val": "data/val.npz"},
        ["data/X_train.npy", "data/Y_train.npy", "data/X_test.npy", "data/Y_test.npy", "data/val.npz"],
    ),
    (
        {
            "train": "data/train.npz",
            "train_labels": "data/devices.npy",
            "test": "data/test.npz",
            "test_labels": "data/devices.npy",
        },
        ["data/train.npz", "data/devices.npy", "data/test.npz"],
    ),
    (
        {"train": "data/X_train.npy", "holdout": 0.3, "group_key": "data/sessions.npy"},
        ["data/X_train.npy", "data/Y_train.npy", "data/sessions.npy"],
    ),
    (
        {"train": {"a": "data/X_test.npy", "b": "data/X_val.npy"}, "holdout": 0.3, "layout": "NLC"},
        ["data/X_test.npy", "data/X_val.npy"],
    ),
    (
        {"train": "data/X_t*.npy", "holdout": 0.3, "layout": "NLC"},
        ["data/X_test.npy", "data/X_train.npy"],
    ),
    ({"train": "./data/../data/train.npz", "holdout": 0.3}, ["data/../data/train.npz"]),
]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("settings", "expected"), READABLE)
def test_the_files_of_signals_and_labels_are_listed_in_the_order_in_which_they_are_read(settings, expected):
    assert input_files(**settings) == expected


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("settings", [settings for settings, _ in READABLE])
def test_the_listed_files_are_those_whose_checksums_the_store_records(settings):
    assert list(build_component("sources", {"name": "files", **settings}, None).files) == input_files(**settings)


def test_labels_that_appear_beside_the_signals_are_listed_from_then_on(folder):
    (folder / "Y_train.npy").unlink()
    settings = {"train": "data/X_train.npy", "holdout": 0.3}
    assert input_files(**settings) == ["data/X_train.npy"]
    with pytest.raises(InputError, match=r"Y_train\.npy is not beside it"):
        build_component("sources", {"name": "files", **settings}, None)
    np.save(folder / "Y_train.npy", LABELS)
    assert input_files(**settings) == ["data/X_train.npy", "data/Y_train.npy"]


def test_named_files_are_listed_whether_or_not_they_exist():
    settings = {"train": "absent.npz", "test": "X_absent.npy", "test_labels": "labels.npy", "val": "signals.npy"}
    assert input_files(**settings) == ["absent.npz", "X_absent.npy", "labels.npy", "signals.npy"]


def test_the_content_of_files_is_irrelevant(folder):
    for file in folder.iterdir():
        file.write_bytes(b"")
    assert input_files(train="data/X_train.npy", test="data/test.npz") == [
        *("data/X_train.npy", "data/Y_train.npy", "data/test.npz"),
    ]


def test_planning_a_run_loads_no_library_of_a_file_format():
    code = "import sys, ltsei.components.sources.files; print({'h5py', 'scipy', 'yaml', 'torch'} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "set()"


def test_a_pattern_without_a_match_stands_for_itself():
    assert input_files(train="absent/*.npy") == ["absent/*.npy"]
