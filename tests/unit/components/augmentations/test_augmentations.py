import importlib
import math
import re
from types import SimpleNamespace

import pytest
import torch

from ltsei.core import registry
from ltsei.core.context import build_component
from ltsei.core.errors import InputError


def augment(signals, name, seed=0, **parameters):
    context = SimpleNamespace(sample_rate_hz=parameters.pop("sample_rate_hz", 1e6))
    function = build_component("augmentations", {"name": name, **parameters}, context)
    return function(signals, torch.Generator().manual_seed(seed))


def complex_of(signals):
    return torch.view_as_complex(signals)


@pytest.fixture
def signals():
    return torch.randn(400, 64, 2, generator=torch.Generator().manual_seed(0))


def test_a_signal_is_rotated_by_one_phase(signals):
    rotation = complex_of(augment(signals, "phase_rotation", p=1.0)) / complex_of(signals)
    torch.testing.assert_close(rotation, rotation[:, :1].expand_as(rotation), rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(rotation.abs(), torch.ones_like(rotation.abs()), rtol=1e-3, atol=1e-3)


def test_phases_cover_the_circle_evenly(signals):
    rotation = (complex_of(augment(signals, "phase_rotation", p=1.0)) / complex_of(signals))[:, 0]
    quadrants = torch.histc(rotation.angle(), bins=4, min=-math.pi, max=math.pi)
    assert quadrants.min() > 70
    assert quadrants.sum() == 400


def test_rotation_leaves_the_direction_of_the_spectrum():
    tone = torch.view_as_real(torch.exp(2j * math.pi * 5 / 64 * torch.arange(64)))[None]
    spectrum = torch.fft.fft(complex_of(augment(tone, "phase_rotation", p=1.0))[0])
    assert spectrum.abs().argmax() == 5


@pytest.mark.parametrize("name", ["phase_rotation", "carrier_jitter"])
def test_rotation_of_other_than_two_channels_is_an_error(name):
    with pytest.raises(InputError, match="got 1 channels"):
        augment(torch.zeros(2, 8, 1), name)


def test_a_carrier_shift_turns_a_constant_into_a_tone_of_at_most_that_frequency():
    constant = torch.tensor([1.0, 0.0]).repeat(300, 1000, 1)
    shifted = complex_of(augment(constant, "carrier_jitter", p=1.0, max_shift_hz=2000.0, sample_rate_hz=1e6))
    steps_hz = (shifted[:, 1:] / shifted[:, :-1]).angle() * 1e6 / (2 * math.pi)
    frequency = steps_hz.mean(1)
    torch.testing.assert_close(steps_hz, frequency[:, None].expand_as(steps_hz), rtol=0, atol=1.0)
    assert 1900 < frequency.abs().max() <= 2000
    assert frequency.mean().abs() < 200
    torch.testing.assert_close(shifted[:, 0], torch.ones(300, dtype=shifted.dtype))


def test_a_carrier_shift_of_zero_hz_is_the_identity(signals):
    assert torch.equal(augment(signals, "carrier_jitter", p=1.0, max_shift_hz=0.0), signals)


def test_a_shift_in_hz_without_a_sample_rate_is_an_error(signals):
    with pytest.raises(InputError, match="sample_rate_hz: unknown"):
        augment(signals, "carrier_jitter", sample_rate_hz=None)


def test_a_gain_is_one_number_for_a_signal_within_its_range(signals):
    gain = augment(signals, "amplitude", p=1.0, max_gain_db=6.0) / signals
    torch.testing.assert_close(gain, gain[:, :1, :1].expand_as(gain))
    decibels = 20 * gain[:, 0, 0].log10()
    assert 5.5 < decibels.abs().max() <= 6.001
    assert decibels.mean().abs() < 0.7


def test_an_offset_is_one_number_for_a_channel_in_units_of_the_signals_root_mean_square(signals):
    offset = augment(7 * signals, "amplitude", p=1.0, max_gain_db=0.0, max_offset=0.5) - 7 * signals
    relative = (offset / (7 * signals).square().mean((1, 2), keepdim=True).sqrt())[:, 0]
    torch.testing.assert_close(offset, offset[:, :1].expand_as(offset), rtol=1e-3, atol=1e-4)
    assert 0.45 < relative.abs().max() <= 0.501
    assert (relative[:, 0] - relative[:, 1]).abs().mean() > 0.1


@pytest.mark.parametrize("loudness", [1e-3, 1.0, 1e3])
def test_noise_has_the_wanted_power_relative_to_the_signal(signals, loudness):
    noise = augment(loudness * signals, "gaussian_noise", p=1.0, min_snr_db=13.0, max_snr_db=13.0) - loudness * signals
    ratio = (loudness * signals).square().mean((1, 2)) / noise.square().mean((1, 2))
    assert 10 * ratio.log10().mean() == pytest.approx(13, abs=0.1)


def test_noise_is_white_and_of_zero_mean(signals):
    noise = augment(signals, "gaussian_noise", p=1.0, min_snr_db=0.0, max_snr_db=0.0) - signals
    spectrum = torch.fft.fft(complex_of(noise)).abs().square().mean(0)
    assert noise.mean().abs() < 0.01
    assert spectrum.max() / spectrum.min() < 1.5


def test_signal_to_noise_ratios_cover_their_range_evenly_in_decibels(signals):
    noise = augment(signals, "gaussian_noise", p=1.0, min_snr_db=0.0, max_snr_db=40.0) - signals
    decibels = 10 * (signals.square().mean((1, 2)) / noise.square().mean((1, 2))).log10()
    assert torch.histc(decibels.clamp(0, 40), bins=4, min=0, max=40).min() > 70


def test_a_crop_keeps_consecutive_samples_and_pads_them_with_zeros():
    ramp = torch.arange(1.0, 11.0).repeat(500, 1)[:, :, None]
    seen = set()
    for row in augment(ramp, "crop_or_pad", p=1.0, keep=0.75)[:, :, 0]:
        (positions,) = torch.nonzero(row, as_tuple=True)
        samples = row[positions]
        assert torch.equal(samples, torch.arange(samples[0].item(), samples[0].item() + 8))
        assert positions[-1] - positions[0] == 7
        seen.add((int(samples[0]), int(positions[0])))
    assert seen == {(start, position) for start in (1, 2, 3) for position in (0, 1, 2)}


def test_a_crop_of_the_whole_signal_is_the_identity(signals):
    assert torch.equal(augment(signals, "crop_or_pad", p=1.0, keep=1.0), signals)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("gaussian_noise", {"min_snr_db": 20.0, "max_snr_db": 10.0}),
        ("carrier_jitter", {"max_shift_hz": 5e5}),
        ("time_shift", {"max_shift": 64}),
    ],
)
def test_a_value_that_contradicts_another_or_the_signal_is_an_error_that_names_the_parameter(signals, name, parameters):
    with pytest.raises(InputError, match=next(iter(parameters))):
        augment(signals, name, **parameters)


@pytest.mark.parametrize("name", registry.names("augmentations"))
def test_the_docstring_says_whether_the_change_is_safe_for_emitter_labels(name):
    module = importlib.import_module(registry.module_name("augmentations", name))
    assert re.search("[Ll]abel-(safe|unsafe)", module.build.__doc__)


def test_a_shift_moves_a_pulse_and_fills_with_zeros():
    ramp = torch.arange(1.0, 11.0).repeat(300, 1)[:, :, None]
    shifted = augment(ramp, "time_shift", p=1.0, max_shift=3)[:, :, 0]
    padded = torch.nn.functional.pad(ramp[0, :, 0], (3, 3))
    expected = {shift: padded[3 - shift : 13 - shift] for shift in range(-3, 4)}
    seen = {shift for row in shifted for shift, values in expected.items() if torch.equal(row, values)}
    assert seen == set(range(-3, 4))
    assert all(any(torch.equal(row, values) for values in expected.values()) for row in shifted)


def test_shifts_of_all_channels_and_later_axes_are_the_same():
    image = torch.arange(1.0, 9.0)[None, :, None, None].repeat(5, 1, 3, 2)
    shifted = augment(image, "time_shift", p=1.0, max_shift=2)
    assert torch.equal(shifted, shifted[:, :, :1, :1].expand_as(shifted))


def test_a_shift_of_at_most_zero_samples_is_the_identity(signals):
    assert torch.equal(augment(signals, "time_shift", p=1.0, max_shift=0), signals)
