import numpy as np
import pytest
import yaml

from ltsei import components
from ltsei.errors import InputError
from ltsei.inspection import describe

SIGNALS = np.random.default_rng(0).normal(size=(12, 40, 2)).astype(np.float32)
LABELS = np.array([0, 1, 2, 0, 1, 2, 0, 1, 0, 1, 0, 0])


@pytest.fixture
def archive(tmp_path):
    np.savez(tmp_path / "adsb 3.npz", X=SIGNALS, Y=LABELS, fs=5e7, note=np.array([None]))
    return tmp_path / "adsb 3.npz"


def configuration(report):
    return yaml.safe_load(report[report.index("For the configuration") :].split("\n", 1)[1])


def test_each_array_has_a_line_with_shape_type_and_values(archive):
    rows = [line.split() for line in describe(archive).splitlines()[2:6]]
    assert rows[0][:7] == ["X", "12", "x", "40", "x", "2", "float32"]
    assert rows[1] == ["Y", "12", "int64", "0", "to", "2"]
    assert rows[2] == ["fs", "scalar", "float64", "50000000.0"]
    assert rows[3][:4] == ["note", "1", "-", "Python"]


def test_the_reading_and_the_classes_are_told(archive):
    report = describe(archive)
    assert "X, read as NLC: 12 signals of 40 samples and 2 channels, 0.0008 ms at 50000000 Hz." in report
    assert "Y, 3 classes; signals per class from 6 to 2 (imbalance ratio 3)." in report


@pytest.mark.parametrize("settings", [{}, {"holdout": 0.4, "x_key": "X"}])
def test_the_yaml_lines_build(archive, settings):
    (entry,) = configuration(describe(archive, **settings)).values()
    assert entry["source"].items() >= settings.items()
    assert components.build("datasets", entry["source"], None).class_names == ("0", "1", "2")


def test_the_test_file_beside_the_training_file_is_proposed(tmp_path):
    for part in ("train", "test"):
        np.save(tmp_path / f"X_{part}.npy", SIGNALS)
        np.save(tmp_path / f"Y_{part}.npy", LABELS)
    (entry,) = configuration(describe(tmp_path / "X_train.npy")).values()
    assert entry["source"] == {
        "name": "files",
        "train": str(tmp_path / "X_train.npy"),
        "train_labels": str(tmp_path / "Y_train.npy"),
        "test": str(tmp_path / "X_test.npy"),
    }


def test_an_ambiguous_file_is_listed_with_the_setting_to_add(tmp_path):
    np.savez(tmp_path / "a.npz", X=SIGNALS.reshape(12, 80), Y=LABELS)
    report = describe(tmp_path / "a.npz")
    assert "12 x 80" in report
    assert "set layout" in report
    assert "read as concatenated: 12 signals of 40 samples" in describe(tmp_path / "a.npz", layout="concatenated")


def test_values_that_are_not_finite_are_counted(tmp_path):
    np.savez(tmp_path / "a.npz", X=np.where(np.arange(12)[:, None, None] == 1, np.nan, SIGNALS), Y=LABELS)
    assert "80 not finite" in describe(tmp_path / "a.npz")


def test_an_unknown_setting_names_the_nearest_one(archive):
    with pytest.raises(InputError, match="did you mean 'layout'"):
        describe(archive, layuot="NLC")


def test_a_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        describe(tmp_path / "absent.npz")
