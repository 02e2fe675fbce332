"""Frames, parity and demodulation."""

import numpy as np
import pytest

from ltsei.core.errors import InputError
from ltsei.data.adsb import mode_s

KNOWN = np.unpackbits(np.frombuffer(bytes.fromhex("8D4840D6202CC371C32CE0576098"), np.uint8))


def square_waves(frames, samples_per_us):
    """Ideal pulses at a whole number of samples per half microsecond, [N, L, 2]."""
    envelope = np.repeat(mode_s.pulse_slots(frames), samples_per_us // 2, axis=1)
    return np.stack([0.6 * envelope, -0.8 * envelope], axis=-1)


def random_frames(n):
    return mode_s.make_frames(np.random.default_rng(0).integers(0, 2, (n, 80), np.uint8))


def test_parity_of_a_known_message_is_its_last_24_bits():
    np.testing.assert_array_equal(mode_s.crc24(KNOWN[:88]), KNOWN[88:])


def test_parity_agrees_with_long_division():
    bits = random_frames(20)[:, :88]
    for row, parity in zip(bits, mode_s.crc24(bits), strict=True):
        register = int("".join(map(str, row)), 2) << 24
        for shift in range(87, -1, -1):
            if register >> (shift + 24) & 1:
                register ^= 0x1FFF409 << shift
        assert register == int("".join(map(str, parity)), 2)


def test_a_wrong_bit_changes_the_parity():
    for position in range(88):
        wrong = KNOWN[:88].copy()
        wrong[position] ^= 1
        assert np.any(mode_s.crc24(wrong) != KNOWN[88:])


def test_a_frame_made_from_the_content_of_a_known_message_is_that_message():
    np.testing.assert_array_equal(mode_s.make_frames(KNOWN[8:88]), KNOWN)


def test_each_bit_is_one_pulse_and_the_preamble_is_four():
    slots = mode_s.pulse_slots(KNOWN[None])[0]
    assert np.flatnonzero(slots[:16]).tolist() == [0, 2, 7, 9]
    np.testing.assert_array_equal(slots[16::2], KNOWN == 1)
    np.testing.assert_array_equal(slots[17::2], KNOWN == 0)


@pytest.mark.parametrize("mask_mode", ["cut", "blank"])
@pytest.mark.parametrize("mask", [(), ("aa",), ("pi", "aa"), ("aa", "me", "pi")])
def test_demodulation_returns_the_bits_outside_the_mask(mask, mask_mode):
    frames = random_frames(5)
    visible = mode_s.visible_samples(mask, 10e6)
    signals = square_waves(frames, 10)
    signals = signals[:, visible] if mask_mode == "cut" else signals * visible[:, None]
    unmasked = np.ones(112, bool)
    for field in mask:
        unmasked[mode_s.FIELDS[field]] = False
    np.testing.assert_array_equal(mode_s.demodulate(signals, 10e6, mask, mask_mode), frames[:, unmasked])


def test_demodulation_works_where_half_a_bit_is_not_a_whole_number_of_samples():
    frames = random_frames(5)
    middles = np.arange(1500) * 50 // 12.5  # every fourth sample of 50 MS/s
    signals = square_waves(frames, 50)[:, middles.astype(int)]
    np.testing.assert_array_equal(mode_s.demodulate(signals, 12.5e6), frames)


def test_demodulation_in_noise_tolerates_a_frame_that_starts_a_sample_early():
    frames = random_frames(40)
    early = np.roll(square_waves(frames, 10), -1, axis=1)
    noisy = early + np.random.default_rng(1).normal(0, 0.5, early.shape)
    assert np.sum(mode_s.demodulate(noisy, 10e6) != frames) < 300  # about 550 with the nominal start, 160 with the true


def test_the_address_is_cut_as_in_the_public_set():
    visible = mode_s.visible_samples(["aa"], 50e6)
    assert visible.sum() == 4800
    assert np.flatnonzero(~visible)[[0, -1]].tolist() == [800, 1999]


def test_a_signal_of_another_length_is_refused_with_both_lengths():
    with pytest.raises(InputError, match=r"got signals of 4800 samples.* has 6000"):
        mode_s.demodulate(np.zeros((1, 4800, 2)), 50e6)
