"""New recordings are read with the settings of those that a model was trained on, unless the command says otherwise."""

from types import SimpleNamespace

import numpy as np
import pytest
from recorded import metadata, noise, sigmf
from transmitted import frame, recording, write

from ltsei.core import content, files
from ltsei.core.errors import InputError
from ltsei.data.meta import Meta
from ltsei.data.source_record import write_source_record
from ltsei.pipeline.deployment.read_as_trained import open_recordings
from ltsei.pipeline.deployment.trained_source import trained_source

RAW = {"name": "recordings", "files": "data", "length": 100, "hop": 50, "datatype": "ci16_le", "order": "QI"}
MESSAGES = {
    "name": "mode_s_messages",
    "files": "data",
    "datatype": "cu8",
    "recorded_rate_hz": 2e6,
    "mask": ["aa", "pi"],
}


def prepared(folder, source, file="data/a.bin", mask=()):
    """Write the records of a store that the rule prepare has made; return what they say of its source."""
    meta = Meta(("a",), 1e6, (100, 2), "", (1,), (1,), {}, {}, files={file: ""}, contents={"train.npy": {"bytes": 1}})
    files.write_json(folder / "meta.json", content.sealed(vars(meta)))
    write_source_record(folder / "meta.json", SimpleNamespace(source=source, mask=list(mask)))
    return trained_source(folder / "meta.json", meta)


def model(source=None, rate_hz=1e6, shape=(100, 2)):
    described = {"source": source, "sample_rate_hz": rate_hz}
    return SimpleNamespace(description=described, signal_shape=shape)


def read(exported, *paths, **given):
    return open_recordings(exported, [*map(str, paths)], given)


def test_settings_of_training_apply_to_files_of_the_same_kind(tmp_path):
    source = prepared(tmp_path, {**RAW, "recorded_rate_hz": 1e6})
    samples = noise(0, "<i2")
    samples.tofile(tmp_path / "a.bin")
    sigmf(tmp_path / "b", noise(1, "<f4"), metadata("cf32_le"))
    raw, other = read(model(source), tmp_path / "a.bin", tmp_path / "b.sigmf-meta")
    assert [len(raw), len(other)] == [7, 7]
    np.testing.assert_array_equal(next(raw.chunks())[0], samples[:100, ::-1])
    np.testing.assert_array_equal(next(other.chunks())[0], noise(1, "<f4")[:100])


def test_recordings_of_which_classes_are_held_out_as_unknown_are_read_as_the_source_of_all_classes_says(tmp_path):
    for kind in (RAW, MESSAGES):
        wrapped = {"name": "known_classes", "source": kind, "names": ["a"], "number": None, "seed": 0}
        assert prepared(tmp_path, wrapped, mask=["aa"]) == prepared(tmp_path, kind, mask=["aa"])


def test_the_command_line_comes_first(tmp_path):
    source = prepared(tmp_path, {**RAW, "recorded_rate_hz": 1e6})
    noise(0, "u1").tofile(tmp_path / "a.bin")
    (signals,) = read(model(source), tmp_path / "a.bin", datatype="cu8", hop=100, order="IQ")
    assert len(signals) == 4
    np.testing.assert_array_equal(next(signals.chunks())[0], noise(0, "u1")[:100] - np.float32(127.5))


def test_a_model_without_a_record_takes_windows_of_its_own_length(tmp_path):
    noise(0, "<f4").tofile(tmp_path / "a.cf32")
    (signals,) = read(model(), tmp_path / "a.cf32", recorded_rate_hz=1e6)
    assert [len(signals), signals.length] == [4, 100]


def test_a_record_of_another_store_counts_for_nothing(tmp_path):
    prepared(tmp_path, RAW)
    other = Meta(("a",), 1e6, (100, 2), "", (1,), (1,), {}, {}, contents={"train.npy": {"bytes": 2}})
    assert trained_source(tmp_path / "meta.json", other) == {}


def test_a_model_of_messages_without_a_record_asks_for_the_mask(tmp_path):
    meta = Meta(("a",), 2e6, (240, 2), "", (1,), (1,), {"messages": {}}, {})
    exported = model(trained_source(tmp_path / "meta.json", meta), 2e6, (240, 2))
    write(tmp_path / "a.bin", recording([frame(17, 0x4D2023)], 2e6)[0], "cu8")
    with pytest.raises(InputError, match=r"did not record how they were read: give --read mask=\[aa, pi\]"):
        read(exported, tmp_path / "a.bin")
    (signals,) = read(exported, tmp_path / "a.bin", mask=[], datatype="cu8", recorded_rate_hz=2e6)
    assert len(signals) == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "its rate is unknown, and the model was trained at 1000000 Hz: set recorded_rate_hz"),
        ({"recorded_rate_hz": 2e6}, "recorded at 2000000 Hz, but the model was trained at 1000000 Hz: set sample_rate"),
        ({"recorded_rate_hz": 2e6, "sample_rate_hz": 4e6}, "resampled to 4000000 Hz, but the model was trained at"),
        ({"recorded_rate_hz": 1e6, "datatype": "rf32_le"}, "rf32_le is one real channel, but the model takes I and Q"),
        ({"lead": 3}, "--read: unknown setting of recordings 'lead'"),
        ({"length": 0}, "--read.length: got 0, expected"),
        ({"datatype": "cf16"}, "unknown datatype 'cf16'"),
    ],
)
def test_what_does_not_fit_the_model_is_one_sentence(given, sentence, tmp_path):
    noise(0, "<f4").tofile(tmp_path / "a.cf32")
    with pytest.raises(InputError) as error:
        read(model(), tmp_path / "a.cf32", **given)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_a_recording_is_resampled_to_the_rate_of_training_where_its_source_states_one(tmp_path):
    source = prepared(tmp_path, {**RAW, "sample_rate_hz": 1e6, "hop": None})
    sigmf(tmp_path / "b", noise(1, "<f4"), metadata("cf32_le", **{"core:sample_rate": 2e6}))
    (signals,) = read(model(source), tmp_path / "b.sigmf-meta")
    assert [place["start_sample"] for place in signals.places(0, len(signals))] == [0, 200]


def test_every_message_of_a_recording_of_mode_s_is_a_signal_with_the_mask_of_training(tmp_path):
    frames = [frame(kind, 0x4D2023, seed) for seed, kind in enumerate((17, 11, 4))]
    made, starts = recording(frames, 2e6)
    write(tmp_path / "a.bin", made, "cu8")
    (signals,) = read(model(prepared(tmp_path, MESSAGES), 2e6, (240, 2)), tmp_path / "a.bin")
    places = list(signals.places(0, len(signals)))
    assert [place["format"] for place in places] == ["DF17", "DF11", "DF4"]
    assert {place["address"] for place in places} == {"4D2023"}
    np.testing.assert_allclose([place["start_sample"] for place in places], starts, atol=1)
    first = next(signals.chunks())[0]
    assert not first[34:62].any()
    assert first[66:200].any()


def test_fields_that_the_data_set_hides_are_hidden_in_new_recordings(tmp_path):
    source = prepared(tmp_path, {**RAW, "length": 240, "recorded_rate_hz": 2e6}, mask=["aa"])
    noise(0, "<i2", count=500).tofile(tmp_path / "a.bin")
    (signals,) = read(model(source, 2e6, (240, 2)), tmp_path / "a.bin")
    chunk = np.concatenate(list(signals.chunks()))
    assert len(signals) == len(chunk) > 0
    assert not chunk[:, 34:62].any()
    assert chunk[:, :30].any()
