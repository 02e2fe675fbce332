"""What a file of signals is opened as, and what the error of an ambiguous file suggests."""

import re

import numpy as np
import pytest

from ltsei.core.errors import InputError
from ltsei.data.readers.open_signal_file import ReaderSettings, open_signal_file, yaml_scalar

N, L = 6, 20
SIGNALS = np.random.default_rng(0).normal(size=(N, L, 2)).astype(np.float32)
LABELS = np.array([0, 1, 2, 0, 1, 2])


def save(path, **arrays):
    np.savez(path, **arrays)
    return str(path)


def opened(files, labels=None, part="train", **settings):
    return open_signal_file(files, labels, part, ReaderSettings(**settings))


def refused(*args, **settings):
    """Return the message of the error."""
    with pytest.raises(InputError) as error:
        opened(*args, **settings)
    return str(error.value)


def test_a_file_knows_its_arrays_its_labels_and_its_layout(tmp_path):
    path = save(tmp_path / "a.npz", X=SIGNALS, Y=LABELS, fs=1.0)
    file = opened(path)
    assert (str(file.path), str(file.labels_path), file.labels_key) == (path, path, "Y")
    assert [array.key for array in file.arrays] == ["X", "Y", "fs"]
    assert [array.key for array in file.signals] == ["X"]
    assert (file.labels.tolist(), file.selected.tolist()) == (LABELS.tolist(), [*range(N)])
    assert (file.layout.name, file.signal_shape, file.selected.dtype) == ("NLC", (L, 2), np.int64)


def test_arrays_of_a_file_of_labels_follow_those_of_the_signals(tmp_path):
    labels = save(tmp_path / "b.npz", Y=LABELS, snr=LABELS)
    file = opened(save(tmp_path / "a.npz", X=SIGNALS, fs=1.0), labels)
    assert [array.key for array in file.arrays] == ["X", "fs", "Y", "snr"]
    assert str(file.labels_path) == labels


def test_files_of_classes_are_opened_as_one(tmp_path):
    paths = {name: save(tmp_path / f"{name}.npz", X=SIGNALS[:n], fs=1.0) for name, n in (("b", 4), ("a", 2))}
    file = opened(paths)
    assert (file.labels.tolist(), file.labels_key) == (["b", "b", "b", "b", "a", "a"], "")
    assert (file.path, file.labels_path) == (tmp_path, file.signals[0].path)
    assert [array.key for array in file.arrays] == [file.signals[0].key, "fs"]
    assert (file.signal_shape, file.selected.tolist(), file.selected.dtype) == ((L, 2), [*range(N)], np.int64)


def test_an_error_of_the_layout_names_the_labels_of_classes(tmp_path):
    paths = {name: save(tmp_path / f"{name}.npz", X=np.ones((n, L, 12))) for name, n in (("b", 4), ("a", 2))}
    assert ", labels classes (6,) <U1: the layout of the shape (6, 20, 12) with 6 labels is unclear" in refused(paths)


@pytest.mark.parametrize("settings", [{}, {"classes_from_keys": True}])
def test_classes_of_files_or_keys_have_no_file_of_labels(tmp_path, settings):
    path = save(tmp_path / "a.npz", a=SIGNALS[:4], b=SIGNALS[4:])
    files = path if settings else {"a": path, "b": path}
    assert "classes are named by files or keys; remove train_labels" in refused(files, path, **settings)


def test_a_file_that_by_its_name_holds_labels_is_refused_unless_labels_are_named(tmp_path):
    for name, values in (("X.npy", SIGNALS), ("Y.npy", SIGNALS), ("labels.npy", LABELS)):
        np.save(tmp_path / name, values)
    assert "by its name this file holds the labels of X.npy" in refused(str(tmp_path / "Y.npy"))
    assert opened(str(tmp_path / "Y.npy"), str(tmp_path / "labels.npy")).signal_shape == (L, 2)


def test_labels_that_cannot_be_read_are_named_with_file_and_array(tmp_path):
    path = save(tmp_path / "a.npz", X=SIGNALS, Y=LABELS + 0.5)
    assert refused(path) == f"{path}: Y ({N},) float64: labels must be whole numbers, got 0.5"


def test_i_and_q_come_as_a_pair_of_keys_without_a_key_of_signals(tmp_path):
    path = save(tmp_path / "a.npz", a=SIGNALS[..., 0], b=SIGNALS[..., 1], Y=LABELS)
    for settings in ({"i_key": "a"}, {"q_key": "b"}, {"i_key": "a", "q_key": "b", "x_key": "a"}):
        assert "set both of them, without x_key" in refused(path, **settings)
    assert opened(path, i_key="a", q_key="b").signal_shape == (L, 2)


def test_an_unknown_key_of_i_or_q_is_answered_with_its_setting(tmp_path):
    path = save(tmp_path / "a.npz", a=SIGNALS[..., 0], Y=LABELS)
    assert f"{path}: i_key: unknown key 'no'" in refused(path, i_key="no", q_key="a")
    assert f"{path}: q_key: unknown key 'no'" in refused(path, i_key="a", q_key="no")


@pytest.mark.parametrize("q", [SIGNALS[:, :9, 0], SIGNALS[..., 1] * 1j])
def test_i_and_q_are_real_and_of_one_shape(tmp_path, q):
    path = save(tmp_path / "a.npz", a=SIGNALS[..., 0], b=q, Y=LABELS)
    assert "I and Q must be real and of one shape, got a (6, 20) float32; b (6," in refused(path, i_key="a", q_key="b")


def test_signals_are_numbers(tmp_path):
    path = save(tmp_path / "a.npz", a=np.full((N, L), "x"), Y=LABELS)
    assert "a (6, 20) <U1 cannot hold the signals" in refused(path, x_key="a")


def test_complex_signals_have_two_channels(tmp_path):
    path = save(tmp_path / "a.npz", X=SIGNALS[..., 0] + 1j * SIGNALS[..., 1], Y=LABELS)
    assert opened(path).signal_shape == (L, 2)


def test_the_layout_and_the_length_are_those_of_the_settings(tmp_path):
    path = save(tmp_path / "a.npz", X=np.ones((N, N)), Y=LABELS)
    assert opened(path, layout="LN").layout.name == "LN"
    assert "with signals of 7 samples" in refused(path, expected_length=7)


@pytest.mark.parametrize("settings", [{"layout": "LNC"}, {"x_key": "Z"}])
def test_an_error_of_the_layout_names_signals_and_labels(tmp_path, settings):
    path = save(tmp_path / "a.npz", X=SIGNALS, Y=LABELS, Z=np.ones((5, 40)))
    key = settings.get("x_key", "X")
    assert re.match(rf"{path}: {key} \(.*\) float.*, labels Y \(6,\) int64: ", refused(path, **settings))


def test_the_suggested_command_keeps_the_settings_and_adds_the_missing_one(tmp_path):
    path, labels = save(tmp_path / "a b.npz", X=np.ones((N, N))), save(tmp_path / "y.npz", Y=LABELS)
    message, command = refused(path, labels, y_key="Y", expected_length=N).split("\n")
    assert message.startswith(f"{path}: X (6, 6) float64, labels Y (6,) int64: the shape (6, 6) with 6 labels can be")
    assert message.endswith("set layout to the right one under `source` in the configuration; to try it:")
    settings = f"train_labels={labels} y_key=Y expected_length=6 layout=NL"
    assert command == f"  ltsei inspect '{path}' {settings}"


def test_files_by_class_get_no_command(tmp_path):
    path = save(tmp_path / "a.npz", X=SIGNALS, data=SIGNALS)
    message = refused({"a": path, "b": path})
    assert message.endswith("set x_key (or i_key and q_key) under `source` in the configuration")


def test_an_error_without_a_suggestion_gets_no_command(tmp_path):
    path = save(tmp_path / "a.npz", mean=np.ones(3))
    assert refused(path).endswith("set x_key (or i_key and q_key) under `source` in the configuration")


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), ("no", "'no'"), (3, "3"), (True, "true"), ("1", "'1'"), ("a b " * 50 + "c", "a b " * 50 + "c")],
)
def test_values_are_yaml_on_one_line(value, text):
    assert yaml_scalar(value) == text


def test_lists_are_yaml_on_one_line():
    assert yaml_scalar(["a", 1]) == "[a, 1]"
