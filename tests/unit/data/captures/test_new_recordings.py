"""New recordings are cut into the windows that training would cut, without labels and without keeping any."""

import numpy as np
import pytest
from recorded import ORACLE, metadata, noise, oracle, sigmf

from ltsei.core.context import build_component
from ltsei.core.errors import InputError
from ltsei.data.captures import new_recordings
from ltsei.data.captures.new_recordings import open_new_recordings
from ltsei.data.captures.settings import WindowSettings
from ltsei.data.readers.new_signals import usable

DEFAULTS = {
    "pattern": None,
    "datatype": None,
    "order": "IQ",
    "sample_rate_hz": None,
    "recorded_rate_hz": None,
    "verify_checksums": True,
    "hop": None,
    "short": "error",
}


def opened(files, **settings):
    return open_new_recordings(WindowSettings(**{**DEFAULTS, "files": str(files), **settings}))


def windows(recording):
    return np.concatenate(list(recording.chunks()))


@pytest.mark.parametrize(
    "settings",
    [
        {"length": 100},
        {"length": 64, "hop": 24, "order": "QI"},
        {"length": 50, "recorded_rate_hz": 1e6, "sample_rate_hz": 8e5},
    ],
    ids=["without overlap", "overlapping", "resampled"],
)
def test_windows_are_those_that_training_cuts(settings, tmp_path, monkeypatch):
    oracle(tmp_path)
    monkeypatch.setattr(new_recordings, "BLOCK_SAMPLES", 300)
    source = {"name": "recordings", "files": str(tmp_path), **ORACLE, **settings}
    trained = np.concatenate(list(build_component("sources", source, None).test.chunks()))
    recordings = [each for each in opened(tmp_path, **settings) if "run2" in each.path]
    np.testing.assert_array_equal(np.concatenate([windows(each) for each in recordings]), trained)
    assert sum(map(len, recordings)) == len(trained)


def test_places_are_samples_of_the_file_and_seconds(tmp_path):
    noise(0, "<f4", count=400).tofile(tmp_path / "a.cf32")
    (recording,) = opened(tmp_path, length=30, recorded_rate_hz=2e6, sample_rate_hz=1e6)
    places = list(recording.places(0, len(recording)))
    assert [place["start_sample"] for place in places] == [0, 60, 120, 180, 240, 300]
    assert {place["num_samples"] for place in places} == {60}
    assert places[2]["start_s"] == pytest.approx(60e-6)
    assert recording.left_over == 40


def test_no_window_crosses_the_border_of_two_captures(tmp_path):
    captures = ({"core:sample_start": 0}, {"core:sample_start": 130}, {"core:sample_start": 150})
    sigmf(tmp_path / "a", noise(0, "<f4"), metadata("cf32_le", captures=captures))
    (recording,) = opened(tmp_path, length=100)
    assert [place["start_sample"] for place in recording.places(0, len(recording))] == [0, 150, 250]
    assert recording.left_over == 30 + 20 + 50


def test_a_recording_shorter_than_a_window_is_refused_padded_or_skipped(tmp_path):
    noise(0, "<f4", count=40).tofile(tmp_path / "a.cf32")
    with pytest.raises(InputError, match="40 samples are fewer than a window of 100: set short"):
        opened(tmp_path, length=100)
    (padded,), (skipped,) = opened(tmp_path, length=100, short="pad"), opened(tmp_path, length=100, short="skip")
    assert len(skipped) == 0
    assert not windows(padded)[0, 40:].any()
    assert next(iter(padded.places(0, 1)))["num_samples"] == 40


def test_a_wrong_datatype_is_refused_but_single_bad_windows_are_not(tmp_path):
    np.random.default_rng(0).integers(-2000, 2000, 4000).astype("<i2").tofile(tmp_path / "a.cf32")
    (wrong,) = opened(tmp_path, length=100)
    with pytest.raises(InputError, match=r"read as cf32_le, hold NaN, .*: set datatype"):
        windows(wrong)
    samples = noise(0, "<f4")
    samples[150] = 1e35
    samples.tofile(tmp_path / "a.cf32")
    (spoiled,) = opened(tmp_path, length=100)
    assert usable(windows(spoiled)).tolist() == [True, False, True, True]
