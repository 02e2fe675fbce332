"""Signals without labels are read in the one layout that fits the model, whatever the format."""

import h5py
import numpy as np
import pytest
import scipy.io

from ltsei.core.errors import InputError
from ltsei.data.readers.new_signals import open_new_signals, usable
from ltsei.data.readers.open_signal_file import ReaderSettings

N, L = 6, 20
SIGNALS = np.random.default_rng(0).normal(size=(N, L, 2)).astype(np.float32)
IN_PHASE, QUADRATURE = SIGNALS[..., 0], SIGNALS[..., 1]
STORED = {
    "channels last": ({"X": SIGNALS}, {}),
    "channels first": ({"X": SIGNALS.transpose(0, 2, 1)}, {}),
    "signals last": ({"X": SIGNALS.transpose(2, 1, 0)}, {}),
    "complex": ({"signals": IN_PHASE + 1j * QUADRATURE}, {}),
    "I and Q": ({"I": IN_PHASE, "Q": QUADRATURE}, {}),
    "I and Q by key": (
        {"first": IN_PHASE, "second": QUADRATURE, "more": IN_PHASE},
        {"i_key": "first", "q_key": "second"},
    ),
    "beside labels": ({"X": SIGNALS, "Y": np.arange(N)}, {}),
    "concatenated": ({"X": np.concatenate([IN_PHASE, QUADRATURE], 1)}, {"layout": "concatenated"}),
}


def read(path, shape=(L, 2), **settings):
    opened = open_new_signals(path, ReaderSettings(**settings), shape)
    signals = np.concatenate(list(opened.chunks()))
    assert len(opened) == len(signals)
    return signals


@pytest.mark.parametrize(("arrays", "settings"), STORED.values(), ids=STORED)
def test_signals_without_labels_are_read_in_any_layout(arrays, settings, tmp_path):
    np.savez(tmp_path / "a.npz", **arrays)
    np.testing.assert_array_equal(read(tmp_path / "a.npz", **settings), SIGNALS)


def test_every_format_of_a_data_set_is_read(tmp_path):
    np.save(tmp_path / "a.npy", SIGNALS)
    scipy.io.savemat(tmp_path / "a.mat", {"X": SIGNALS})
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["X"] = SIGNALS
    for suffix in ("npy", "mat", "h5"):
        np.testing.assert_array_equal(read(tmp_path / f"a.{suffix}"), SIGNALS)


@pytest.mark.parametrize(
    "signal", [SIGNALS[0], SIGNALS[0].T, IN_PHASE[0] + 1j * QUADRATURE[0]], ids=["L2", "2L", "complex"]
)
def test_a_single_signal_needs_no_axis_of_signals(signal, tmp_path):
    np.save(tmp_path / "a.npy", signal)
    np.testing.assert_array_equal(read(tmp_path / "a.npy"), SIGNALS[:1])


def test_signals_of_another_length_are_read_as_they_are(tmp_path):
    np.savez(tmp_path / "a.npz", X=SIGNALS)
    np.testing.assert_array_equal(read(tmp_path / "a.npz", (50, 2), layout="NLC"), SIGNALS)


@pytest.mark.parametrize(
    ("array", "shape", "sentence"),
    [
        (SIGNALS, (50, 2), "may be 6 signals of 20 samples .NLC. or 20 signals of 6 samples .LNC.*layout=NLC"),
        (SIGNALS, (L, 1), "takes signals of 20 samples and 1 channels"),
        (SIGNALS.reshape(-1, 2), (L, 2), "one recording of 120 samples, where the model takes signals of 20: cut it"),
    ],
)
def test_what_is_unclear_or_unfit_is_refused_with_a_way_out(array, shape, sentence, tmp_path):
    np.save(tmp_path / "a.npy", array)
    with pytest.raises(InputError, match=sentence):
        read(tmp_path / "a.npy", shape)


def test_signals_that_are_constant_or_not_finite_cannot_be_used():
    signals = SIGNALS[:4].copy()
    signals[1] = 3
    signals[2, 4, 1] = np.nan
    signals[3, 0, 0] = np.inf
    assert usable(signals).tolist() == [True, False, False, False]
