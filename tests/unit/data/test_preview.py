"""The examples of a data set's signals in the report."""

import json

import numpy as np
import pytest

from ltsei.data.preview import COLUMNS, LEVELS, SAMPLES, examples
from ltsei.data.recordings import Part, Recordings
from ltsei.data.store import open_store, write_store


def store(folder, values, labels, rate=1e6):
    """Write signals [N, L, channels] as training and test part."""
    names = tuple(f"class {label}" for label in range(labels.max() + 1))
    part = Part(labels, values.shape[1:], lambda: iter([values.astype(np.float32)]))
    paths = {name: folder / f"{name}.npy" for name in ("train", "labels_train", "test", "labels_test")}
    recordings = Recordings(part, part, names, rate, "0" * 64, {}, allow_duplicates=True)
    groups = folder / "groups_train.npy"
    write_store(recordings, **paths, groups_train=groups, meta=folder / "meta.json", fingerprints={})
    del paths["labels_test"]
    return open_store(**paths, meta=folder / "meta.json")


def tone(frequency, length=1000):
    turns = 2 * np.pi * frequency * np.arange(length)
    return np.stack([np.cos(turns), np.sin(turns)], axis=1)


def test_a_tone_appears_at_its_frequency(tmp_path):
    values = np.stack([tone(0.2), tone(-0.3)])
    both = examples(store(tmp_path, values, np.array([0, 1])))
    assert [each["class_name"] for each in both] == ["class 0", "class 1"]
    for each, frequency in zip(both, (0.2e6, -0.3e6), strict=True):
        shown = each["spectrogram"]
        levels = np.array(shown["levels"])
        strongest = np.linspace(shown["low"], shown["high"], len(levels))[levels.mean(axis=1).argmax()]
        assert strongest == pytest.approx(frequency, abs=1e6 / 64)
        assert (levels.max(), levels.min() >= 0) == (LEVELS, True)
        assert levels.shape[1] <= 1.2 * COLUMNS
        assert levels.shape[1] * shown["seconds"] == pytest.approx(1e-3, rel=0.02)


def test_the_trace_is_the_start_of_every_channel(tmp_path):
    values = np.stack([tone(0.01)])
    (example,) = examples(store(tmp_path, values, np.array([0])))
    assert np.array(example["trace"]).shape == (2, SAMPLES)
    assert example["trace"][0] == pytest.approx(values[0, :SAMPLES, 0], rel=1e-3, abs=1e-4)
    json.dumps(example, allow_nan=False)


def test_real_signals_without_a_rate_have_frequencies_in_cycles_per_sample(tmp_path):
    values = tone(0.125)[None, :, :1]
    (example,) = examples(store(tmp_path, values, np.array([0]), rate=None))
    assert (example["rate_hz"], example["spectrogram"]["low"], example["spectrogram"]["high"]) == (None, 0, 0.5)


def test_silence_has_no_spectrogram(tmp_path):
    (example,) = examples(store(tmp_path, np.zeros((1, 40, 2)), np.array([0])))
    assert example["spectrogram"] is None


def test_images_have_no_trace(tmp_path):
    assert examples(store(tmp_path, np.zeros((1, 8, 8, 1)), np.array([0]))) == []


def test_a_click_appears_at_its_time(tmp_path):
    values = np.zeros((1, 1280, 2))
    values[0, 640] = 1.0
    (example,) = examples(store(tmp_path, values, np.array([0])))
    loudest = np.array(example["spectrogram"]["levels"]).sum(axis=0).argmax()
    assert loudest * example["spectrogram"]["seconds"] == pytest.approx(640e-6, abs=20e-6)
