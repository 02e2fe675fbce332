import math

import pytest
import torch

from ltsei import components
from ltsei.errors import InputError


def augment(signals, name, seed=0, **parameters):
    function = components.build("augmentations", {"name": name, **parameters}, None)
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


def test_rotation_of_other_than_two_channels_is_an_error():
    with pytest.raises(InputError, match="got 1 channels"):
        augment(torch.zeros(2, 8, 1), "phase_rotation")


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


@pytest.mark.parametrize("max_shift", [-1, 64])
def test_a_shift_that_does_not_fit_the_signal_is_an_error(signals, max_shift):
    with pytest.raises(InputError, match="max_shift"):
        augment(signals, "time_shift", max_shift=max_shift)


@pytest.mark.parametrize("name", components.names("augmentations"))
@pytest.mark.parametrize("p", [-0.1, 1.1])
def test_a_probability_out_of_range_is_an_error(signals, name, p):
    with pytest.raises(InputError, match="p: out of range"):
        augment(signals, name, p=p)
