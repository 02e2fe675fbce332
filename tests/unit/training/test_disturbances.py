"""Disturbances of raw test signals, each against what it must do to a known signal."""

import numpy as np
import pytest
import torch

from ltsei.config.condition_levels import NEUTRAL, Conditions
from ltsei.core.context import prior_context
from ltsei.training.disturbances import disturbance, multipath, resampled, shifted

LENGTH = 2000
CONTEXT = prior_context(np.array([3, 2]), signal_shape=(LENGTH, 2), sample_rate_hz=1e6)


def tone(cycles, length=LENGTH, step=1.0):
    """A complex tone of a frequency in cycles per sample at the times n · step, as I/Q [1, L, 2]."""
    wave = np.exp(2j * np.pi * cycles * step * np.arange(length))
    return torch.from_numpy(np.stack([wave.real, wave.imag], -1)[None]).float()


def drawn(seed=0):
    return torch.Generator().manual_seed(seed)


def test_noise_has_the_stated_power_relative_to_each_signal():
    loud = 100 * tone(0.1)
    noisy = disturbance("snr_db", 5.0, Conditions(), CONTEXT)(loud, drawn())
    ratio = loud.square().sum() / (noisy - loud).square().sum()
    assert 10 * np.log10(ratio.item()) == pytest.approx(5.0, abs=0.2)


def test_a_carrier_offset_moves_a_tone_by_its_frequency():
    np.testing.assert_allclose(shifted(tone(0.1), 0.05), tone(0.15), atol=1e-5)
    in_hz = disturbance("carrier_offset_hz", -20e3, Conditions(), CONTEXT)(tone(0.1), drawn())
    np.testing.assert_allclose(in_hz, tone(0.08), atol=1e-5)


def test_a_clock_error_stretches_a_tone_up_to_nine_tenths_of_the_band():
    for cycles in (0.05, 0.45):
        stretched = resampled(tone(cycles), 300.0)
        inside = slice(20, -40)
        np.testing.assert_allclose(stretched[:, inside], tone(cycles, step=1 + 300e-6)[:, inside], atol=2e-2)
    assert (resampled(tone(0.2), 300.0) - tone(0.2)).abs().max() > 0.5


@pytest.mark.parametrize("channels", [1, 2])
def test_multipath_is_a_convolution_with_a_direct_path_and_decaying_echoes(channels):
    impulse = torch.zeros(1, 40, channels)
    impulse[0, 10, 0] = 1.0
    responses = multipath(impulse.expand(4000, -1, -1), 2.0, 8, drawn())
    assert (responses[:, 10, 0] == 1).all()
    power = responses.square().sum(-1).mean(0)
    np.testing.assert_allclose(power[11:18], np.exp(-np.arange(1, 8) / 2), rtol=0.12)
    assert power[:10].sum() == 0
    assert power[18:].sum() == 0
    signal, same = torch.randn(1, 40, channels), drawn(7)
    taps = multipath(impulse, 2.0, 8, drawn(7))[0, 10:18].numpy()
    gains, wave = (part[:, 0] + (1j * part[:, 1] if channels == 2 else 0) for part in (taps, signal[0].numpy()))
    got = multipath(signal, 2.0, 8, same)[0].numpy()
    expected = np.convolve(wave, gains)[:40]
    np.testing.assert_allclose(got[:, 0], expected.real, atol=1e-5)
    if channels == 2:
        np.testing.assert_allclose(got[:, 1], expected.imag, atol=1e-5)


def test_every_condition_has_a_disturbance_that_approaches_the_signal_at_its_neutral_level():
    signal = tone(0.1)
    for name in NEUTRAL:
        level = {"snr_db": 120.0, "multipath_decay_samples": 0.02}.get(name, 1e-8)
        changed = disturbance(name, level, Conditions(), CONTEXT)(signal, drawn())
        np.testing.assert_allclose(changed[:, 32:-32], signal[:, 32:-32], atol=2e-3)
