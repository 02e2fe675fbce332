"""The synthetic emitters: valid frames, determinism, physics, and bits that do not reveal the label."""

import math
from dataclasses import fields, replace

import numpy as np
import pytest

from ltsei.components.sources import synthetic_adsb
from ltsei.core.context import build_component
from ltsei.core.errors import InputError
from ltsei.data.adsb import emitter, mode_s, waveform

SMALL = {"emitters": 3, "train_per_class": 5, "test_per_class": 2, "sample_rate_hz": 12.5e6}


def build(**parameters):
    return build_component("sources", {"name": "synthetic_adsb", **SMALL, **parameters}, None)


def signals_of(part="train", **parameters):
    """Signals [C, n per class, L, 2]."""
    recordings = build(**parameters)
    signals = np.concatenate(list(getattr(recordings, part).chunks()))
    return signals.reshape(len(recordings.class_names), -1, *signals.shape[1:])


def make_emitter(seed=0, separation=1.0):
    return emitter.make_emitter(np.random.default_rng(seed), separation)


@pytest.mark.parametrize("sample_rate_hz", [8e6, 12.5e6, 50e6])
def test_every_frame_is_valid_after_demodulation(sample_rate_hz):
    signals = signals_of(emitters=6, mask=[], snr_db=40.0, sample_rate_hz=sample_rate_hz)
    bits = np.concatenate([mode_s.demodulate(of_class, sample_rate_hz) for of_class in signals])
    np.testing.assert_array_equal(mode_s.crc24(bits[:, :88]), bits[:, 88:])
    np.testing.assert_array_equal(bits[:, :8], np.broadcast_to(mode_s.DF17_CA5, (len(bits), 8)))


def test_no_two_messages_have_the_same_content():
    signals = np.concatenate([*signals_of(mask=[], snr_db=40.0), *signals_of("test", mask=[], snr_db=40.0)])
    assert len(np.unique(mode_s.demodulate(signals, 12.5e6), axis=0)) == len(signals) == 21


def test_every_bit_of_address_and_message_varies_within_a_class():
    bits = mode_s.demodulate(signals_of(mask=[], snr_db=40.0, train_per_class=40)[0], 12.5e6)
    assert np.all(np.ptp(bits[:, 8:], axis=0) == 1)


def test_a_message_does_not_depend_on_the_number_of_classes_and_messages():
    few = signals_of()
    many = signals_of(emitters=4, train_per_class=40, test_per_class=3)
    np.testing.assert_array_equal(few, many[:3, :5])


def test_the_size_of_chunks_changes_a_message_by_rounding_only(monkeypatch):
    whole = signals_of()
    monkeypatch.setattr(synthetic_adsb, "CHUNK", 2)
    np.testing.assert_allclose(whole, signals_of(), atol=1e-5)


def test_chunks_start_again_at_each_call():
    part = build().train
    for first, second in zip(part.chunks(), part.chunks(), strict=True):
        np.testing.assert_array_equal(first, second)


def test_another_seed_gives_other_emitters_and_messages():
    assert not np.any(np.all(np.isclose(signals_of(), signals_of(seed=1)), axis=(2, 3)))


def test_test_messages_differ_from_training_messages():
    assert not np.any(np.all(np.isclose(signals_of()[:, :2], signals_of("test")), axis=(2, 3)))


def test_labels_names_and_shapes_agree_with_the_signals():
    recordings = build()
    assert recordings.class_names == ("emitter-000", "emitter-001", "emitter-002")
    assert recordings.test.labels.tolist() == [0, 0, 1, 1, 2, 2]
    assert recordings.train.labels.dtype == np.int64
    chunks = list(recordings.train.chunks())
    assert {chunk.dtype for chunk in chunks} == {np.dtype(np.float32)}
    assert np.concatenate(chunks).shape == (15, *recordings.train.signal_shape)


@pytest.mark.parametrize("mask_mode", ["cut", "blank"])
def test_the_root_mean_square_of_a_signal_is_one(mask_mode):
    power = np.mean(signals_of(mask=["aa", "pi"], mask_mode=mask_mode).astype(float) ** 2, axis=(2, 3))
    np.testing.assert_allclose(power, 1.0, atol=1e-5)


def test_both_channels_are_scaled_by_the_same_factor():
    of_i, of_q = np.moveaxis(np.mean(signals_of(train_per_class=40).astype(float) ** 2, axis=2), -1, 0)
    np.testing.assert_allclose(of_i + of_q, 2.0, atol=1e-5)
    assert np.std(of_i) > 0.005


@pytest.mark.parametrize(
    ("mask", "mask_mode", "sample_rate_hz", "length"),
    [
        (["aa"], "cut", 50e6, 4800),
        ([], "cut", 50e6, 6000),
        (["aa", "pi"], "cut", 12.5e6, 900),
        (["aa"], "blank", 4e6, 480),
    ],
)
def test_length_follows_mask_and_sample_rate(mask, mask_mode, sample_rate_hz, length):
    recordings = build(mask=mask, mask_mode=mask_mode, sample_rate_hz=sample_rate_hz)
    assert recordings.train.signal_shape == (length, 2)
    assert next(recordings.train.chunks()).shape == (5, length, 2)


def test_blanked_samples_are_zero_and_the_others_are_not():
    blank = signals_of(mask_mode="blank")
    visible = mode_s.visible_samples(["aa"], 12.5e6)
    assert not blank[:, :, ~visible].any()
    assert np.all(np.any(blank[:, :, visible], axis=-1))


def test_the_full_band_is_the_same_at_every_sample_rate():
    slow, fast = signals_of(mask=[]), signals_of(mask=[], sample_rate_hz=50e6)
    np.testing.assert_allclose(slow, fast[:, :, ::4], atol=2e-3)


def test_separation_zero_makes_all_emitters_the_same():
    assert make_emitter(0, 0.0) == make_emitter(1, 0.0)


def test_the_same_draws_give_the_same_waveform_for_identical_emitters_only():
    def record(seed, separation):
        transmitter = make_emitter(seed, separation)
        draws = waveform.draw([np.random.default_rng(7)], snr_db=30.0)
        return waveform.receive(transmitter, emitter.pulse_tables(transmitter), draws, 12.5e6)

    np.testing.assert_array_equal(record(0, 0.0), record(1, 0.0))
    assert np.abs(record(0, 1.0) - record(1, 1.0)).max() > 0.1


def test_separation_scales_the_distance_from_the_common_emitter():
    common, half, full = (make_emitter(3, separation).cfo_hz for separation in (0.0, 0.5, 1.0))
    assert full != common
    assert half - common == pytest.approx((full - common) / 2)


def test_emitters_stay_within_their_ranges_at_any_separation():
    for seed in range(50):
        emitter = make_emitter(seed, 10.0)
        assert 50e-9 <= emitter.rise_s <= 100e-9
        assert 50e-9 <= emitter.fall_s <= 200e-9
        assert abs(emitter.cfo_hz) <= 1e6
        assert all(math.isfinite(getattr(emitter, field.name)) for field in fields(emitter))


def test_the_carrier_offset_of_an_emitter_can_be_measured_in_its_signals():
    signals = signals_of(emitters=8, train_per_class=30, mask=[], snr_db=30.0)
    samples = signals[..., 0] + 1j * signals[..., 1]
    turn = np.angle(np.sum(samples[..., 1:] * samples[..., :-1].conj(), axis=(1, 2)))
    emitters = [
        emitter.make_emitter(synthetic_adsb._generator(0, synthetic_adsb.EMITTER, label, 0), 1.0) for label in range(8)
    ]
    offsets = [emitter.cfo_hz for emitter in emitters]
    assert np.corrcoef(turn * 12.5e6 / (2 * np.pi), offsets)[0, 1] > 0.8


def test_pulses_are_at_the_nominal_times():
    signals = signals_of(separation=0.0, mask=[], snr_db=40.0, sample_rate_hz=50e6, train_per_class=20)
    amplitude = np.sqrt(np.mean(np.sum(signals.reshape(-1, 6000, 2) ** 2, axis=-1), axis=0))
    high = amplitude[:300] > amplitude[:300].max() / 2
    edges = np.flatnonzero(np.diff(high.astype(int), prepend=0))
    np.testing.assert_allclose(edges, [0, 25, 50, 75, 175, 200, 225, 250], atol=2)


@pytest.mark.parametrize("snr_db", [5.0, 20.0])
def test_noise_power_between_preamble_and_data_is_as_asked(snr_db):
    signals = signals_of(separation=0.0, mask=[], snr_db=snr_db, train_per_class=100)[0].astype(float)
    power = np.mean(np.sum(signals**2, axis=-1), axis=0)
    quiet = power[int(5.8 * 12.5) : int(7.2 * 12.5)].mean()
    on_air = (power.sum() - quiet * 1500) / (58 * 12.5)
    assert 10 * np.log10(on_air / quiet) == pytest.approx(snr_db, abs=0.5)


def test_the_occupied_band_is_that_of_the_receiver():
    signals = signals_of(mask=[], sample_rate_hz=50e6)
    spectrum = np.abs(np.fft.fft(signals[..., 0] + 1j * signals[..., 1])) ** 2
    outside = np.abs(np.fft.fftfreq(6000, 1 / 50e6)) > 6.5e6
    assert spectrum[..., outside].sum() < 1e-3 * spectrum.sum()
    inside = np.abs(np.fft.fftfreq(6000, 1 / 50e6)) < 5e6
    assert spectrum[..., inside].sum() < 0.9999 * spectrum.sum()


def recall_from_bits(bits):
    """Accuracy of a classifier that sees only bits [C, n, B], on the second half of each class's messages."""
    classes, n, _ = bits.shape
    labels = np.repeat(np.arange(classes), n // 2)
    seen, held_out = (part.reshape(len(labels), -1) for part in (bits[:, : n // 2], bits[:, n // 2 :]))
    from sklearn.naive_bayes import BernoulliNB

    return BernoulliNB().fit(seen, labels).score(held_out, labels)


def test_bits_do_not_reveal_the_emitter():
    signals = signals_of(emitters=10, train_per_class=120, mask=[])
    bits = np.stack([mode_s.demodulate(of_class, 12.5e6) for of_class in signals])
    chance, deviation = 0.1, math.sqrt(0.1 * 0.9 / 600)
    assert recall_from_bits(bits) < chance + 4 * deviation


def test_the_same_classifier_identifies_emitters_that_keep_their_address():
    transmitter = make_emitter()
    bits = []
    for address in np.random.default_rng(0).integers(0, 2, (10, 24), np.uint8):
        draws = waveform.draw(np.random.default_rng(address).spawn(60), snr_db=None)
        content = np.concatenate([np.tile(address, (60, 1)), draws.frames[:, 32:88]], axis=1)
        draws = replace(draws, frames=mode_s.make_frames(content))
        signals = waveform.receive(transmitter, emitter.pulse_tables(transmitter), draws, 12.5e6)
        bits.append(mode_s.demodulate(signals, 12.5e6))
    assert recall_from_bits(np.stack(bits)) > 0.9


def test_the_checksum_is_that_of_the_parameters():
    checksum = build().checksum
    assert checksum == build(separation=1, mask=["aa", "aa"]).checksum
    assert checksum != build(seed=1).checksum
    assert checksum != build(test_per_class=3).checksum


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("emitters", 1, "in [2, 10000]"),
        ("train_per_class", 0, "in [1, "),
        ("test_per_class", 0, "in [1, "),
        ("separation", -0.1, "in [0, 10]"),
        ("separation", math.nan, "in [0, 10]"),
        ("snr_db", math.inf, "in [-20, 60]"),
        ("sample_rate_hz", 1e6, "a number in [4"),
        ("seed", -1, "in [0, "),
        ("mask", ["icao"], "aa, me, pi"),
        ("mask_mode", "drop", "cut, blank"),
    ],
)
def test_a_parameter_out_of_range_is_refused_with_key_value_and_range(key, value, allowed):
    with pytest.raises(InputError) as caught:
        build(**{key: value})
    message = str(caught.value)
    assert f"{key}: got {value!r}, expected " in message
    assert allowed in message


def test_a_sampling_rate_between_the_steps_is_refused():
    with pytest.raises(InputError, match=r"sample_rate_hz: got 1\.23e\+07, expected a multiple of 125e3"):
        build(sample_rate_hz=12.3e6)
