"""Files of unlabelled signals."""

import numpy as np
import pytest

from ltsei.components.unlabelled import files
from ltsei.core.context import build_component
from ltsei.core.errors import InputError
from ltsei.data.unlabelled import Labelled

SIGNALS = np.random.default_rng(0).normal(size=(12, 40, 2)).astype(np.float32)
LABELLED = Labelled((40, 2), {"layouts": ["NLC", "NLC"]})
BY_SHAPE = Labelled((40, 2), {})


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def build(path, labelled=LABELLED, **settings):
    return build_component("unlabelled", {"name": "files", "signals": path, **settings}, labelled)


def read(path, labelled=LABELLED, **settings):
    return np.concatenate(list(build(path, labelled, **settings).part.chunks()))


def refusal(*arguments, **settings):
    with pytest.raises(InputError) as error:
        build(*arguments, **settings)
    return str(error.value)


@pytest.mark.parametrize("labelled", [LABELLED, BY_SHAPE])
@pytest.mark.parametrize(
    "stored", [SIGNALS, SIGNALS.transpose(0, 2, 1), SIGNALS.transpose(2, 1, 0), SIGNALS[..., 0] + 1j * SIGNALS[..., 1]]
)
def test_axes_are_those_of_the_labelled_signals_or_give_their_shape(stored, labelled):
    np.save("more.npy", stored)
    np.testing.assert_array_equal(read("more.npy", labelled), SIGNALS)


def test_a_named_layout_and_named_keys_decide():
    np.savez("more.npz", raw_i=SIGNALS[..., 0].T, raw_q=SIGNALS[..., 1].T, other=SIGNALS)
    np.testing.assert_array_equal(read("more.npz", i_key="raw_i", q_key="raw_q", layout="LN"), SIGNALS)
    np.testing.assert_array_equal(read("more.npz", x_key="other"), SIGNALS)
    assert "i_key and q_key name two arrays" in refusal("more.npz", i_key="raw_i")


def test_signals_of_another_length_are_read_in_the_layout_of_the_labelled_ones():
    np.save("more.npy", SIGNALS[:, :30])
    assert read("more.npy").shape == (12, 30, 2)
    assert "without labels, the axes are unclear; labelled signals are (40, 2): set layout" in refusal(
        "more.npy", BY_SHAPE
    )


@pytest.mark.parametrize("key", ["X_unlabelled", "unlabeled"])
def test_a_file_of_all_parts_says_by_its_keys_which_signals_are_unlabelled(key):
    np.savez("all.npz", X_train=SIGNALS[:4], Y_train=np.arange(4), X_test=SIGNALS[4:6], **{key: SIGNALS[6:]})
    np.testing.assert_array_equal(read("all.npz"), SIGNALS[6:])
    assert "labels_ignored" not in build("all.npz").notes


def test_labels_are_ignored_and_that_is_noted():
    np.savez("more.npz", X=SIGNALS, Y=np.arange(12))
    unlabelled = build("more.npz")
    assert unlabelled.notes["labels_ignored"] == "Y"
    assert (unlabelled.part.labels == -1).all()
    assert list(unlabelled.files) == files.input_files(signals="more.npz") == ["more.npz"]


def test_invalid_signals_are_refused_or_left_out():
    broken = SIGNALS.copy()
    broken[3, 5, 0], broken[8] = np.inf, 1.0
    np.save("more.npy", broken)
    assert "1 of 12 signals hold NaN" in refusal("more.npy")
    unlabelled = build("more.npy", drop_invalid=True)
    assert unlabelled.notes["invalid_signals"] == 2
    rows = [index for index in range(12) if index not in (3, 8)]
    np.testing.assert_array_equal(np.concatenate(list(unlabelled.part.chunks())), SIGNALS[rows])
