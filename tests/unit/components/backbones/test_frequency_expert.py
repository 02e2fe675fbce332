import math

import pytest
import torch

from ltsei.core.errors import InputError

NAME = "frequency_expert"
LENGTH = 96
SMALL = {"name": "resnet1d", "base": 4, "stages": 2}


@pytest.fixture
def spectrum(network):
    """Build the features of signals of `LENGTH` samples, as [N, 2, L] -> [N, 2, bins]."""

    def build(length=LENGTH, **parameters):
        return network(NAME, length, 2, backbone=SMALL, **parameters).spectrum

    return build


def tones(*bins, length=LENGTH, phase=0.3):
    """Complex exponentials at bins counted from 0 Hz, as signals [N, 2, L]."""
    angle = 2 * math.pi * torch.tensor(bins)[:, None] * torch.arange(length) / length + phase
    return torch.stack((angle.cos(), angle.sin()), 1).float()


def noise(length=LENGTH):
    return torch.randn(4, 2, length, generator=torch.Generator().manual_seed(0))


def test_size_and_cost_at_4800_samples_and_100_classes(parameters_and_macs):
    assert parameters_and_macs(NAME, 4800, 100) == pytest.approx((5.87e6, 381e6), rel=0.01)


@pytest.mark.parametrize("length", [96, 97])
@pytest.mark.parametrize("window", ["hann", "none"])
@pytest.mark.parametrize("mode", ["magphase", "powerlog"])
def test_a_pure_tone_peaks_in_its_bin(spectrum, length, window, mode):
    bins = torch.tensor([-20, -1, 0, 7, 30])
    features = spectrum(length, window=window, mode=mode)(tones(*bins.tolist(), length=length))
    assert features[:, 0].argmax(1).tolist() == (bins + length // 2).tolist()


def test_without_a_window_a_pure_tone_has_all_its_energy_in_its_bin(spectrum):
    magnitude = spectrum(window="none", mode="magphase")(tones(5))[0, 0]
    assert magnitude[LENGTH // 2 + 5] == pytest.approx(math.sqrt(LENGTH))
    assert magnitude.square().sum() == pytest.approx(LENGTH)


def test_the_phase_is_that_of_the_tone(spectrum):
    phase = spectrum(window="none", mode="magphase")(tones(5, phase=1.2))[0, 1]
    assert phase[LENGTH // 2 + 5] == pytest.approx(1.2, abs=1e-5)


def test_real_and_imaginary_parts_are_those_of_the_windowed_transform(spectrum):
    signals = noise()
    samples = torch.complex(signals[:, 0], signals[:, 1]) * torch.hann_window(LENGTH)
    expected = torch.fft.fftshift(torch.fft.fft(samples, norm="ortho"), dim=1)
    torch.testing.assert_close(spectrum(mode="ri")(signals), torch.stack((expected.real, expected.imag), 1))


def test_the_modes_are_the_same_spectrum_in_other_coordinates(spectrum):
    real, imaginary = spectrum(mode="ri")(noise()).unbind(1)
    magnitude, phase = spectrum(mode="magphase")(noise()).unbind(1)
    torch.testing.assert_close(magnitude, torch.hypot(real, imaginary))
    torch.testing.assert_close(phase, torch.atan2(imaginary, real))
    power = (magnitude.square() + 1).log()
    torch.testing.assert_close(spectrum(mode="powerlog")(noise()), torch.stack((power, power), 1))


def test_log_power_does_not_see_a_phase_rotation(network):
    angle, (in_phase, quadrature) = 0.7, noise().unbind(1)
    rotated = torch.stack(
        (
            math.cos(angle) * in_phase - math.sin(angle) * quadrature,
            math.sin(angle) * in_phase + math.cos(angle) * quadrature,
        ),
        1,
    )
    model = network(NAME, LENGTH, 2, backbone=SMALL).eval()
    torch.testing.assert_close(model(rotated), model(noise()), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("length", [96, 97])
@pytest.mark.parametrize("bins", [1, 24, 25])
def test_a_band_keeps_exactly_the_central_bins(spectrum, length, bins):
    frequencies = torch.fft.fftshift(torch.fft.fftfreq(length) * length).round()
    central = (frequencies >= -(bins // 2)) & (frequencies < bins - bins // 2)
    whole, part = (spectrum(length, mode="ri", **band)(noise(length)) for band in ({}, {"band": bins / length}))
    torch.testing.assert_close(part, whole[:, :, central], rtol=0, atol=0)


def test_the_band_in_hertz_is_a_fraction_of_the_sample_rate(network):
    def bins(**parameters):
        return network(NAME, 4800, 2, sample_rate_hz=50e6, backbone=SMALL, **parameters).spectrum.bins

    assert bins(band_hz=13e6) == bins(band=0.26) == 1248
    assert bins(band_hz=80e6) == bins() == 4800


def test_bins_are_channels_last_in_memory_as_signals_are(spectrum):
    assert spectrum()(noise()).transpose(1, 2).is_contiguous()


def test_the_transform_is_in_float32_under_autocast(spectrum):
    with torch.autocast("cpu", torch.bfloat16):
        features = spectrum()(noise())
    torch.testing.assert_close(features, spectrum()(noise()), rtol=0, atol=0)


def test_the_backbone_is_built_for_the_bins_and_not_for_the_samples(network):
    nested = {"name": NAME, "backbone": SMALL, "band": 0.5}
    model = network(NAME, LENGTH, 2, backbone=nested, band=0.5).eval()
    assert model.backbone.spectrum.bins == 24
    assert model(noise()).shape == (4, model.out_features)


def test_a_mixture_in_the_frequency_domain_keeps_its_bias_columns(network):
    model = network(NAME, LENGTH, 2, backbone={"name": "mixture_of_experts_conv", "experts": [SMALL, SMALL]})
    assert model.bias_columns == (16, 17)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"band": 0.5, "band_hz": 1e6}, "expected at most one of them"),
        ({"band_hz": 1.0}, "is less than one bin"),
        ({"band": 0.001}, "is less than one bin"),
    ],
)
def test_a_band_without_bins_or_given_twice_is_refused(network, parameters, message):
    with pytest.raises(InputError, match=message):
        network(NAME, LENGTH, 2, sample_rate_hz=50e6, **parameters)


def test_a_band_in_hertz_needs_a_sample_rate(network):
    with pytest.raises(InputError, match="has no sample rate; give `band`"):
        network(NAME, LENGTH, 2, band_hz=1e6)
    with pytest.raises(InputError, match="has no sample rate"):
        network(NAME, LENGTH, 2, sample_rate_hz=5e6, backbone={"name": NAME, "band_hz": 1e6})
