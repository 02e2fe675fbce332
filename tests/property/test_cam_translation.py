"""The translation of what the network looks at, against a transcription in NumPy."""

import numpy as np
import pytest
import torch

from ltsei.core.context import build_component

SIGNALS, LENGTH = 40, 30


def moved(make_context, signals, activation, seed=0, **parameters):
    augmentation = build_component("augmentations", {"name": "cam_translation", **parameters}, make_context())
    return augmentation.change(signals, torch.Generator().manual_seed(seed), activation)


def drawn(seed=0):
    """Signals whose samples are all different, and activations with a foreground of one to a few runs."""
    rng = np.random.default_rng(seed)
    signals = torch.arange(1.0, SIGNALS * LENGTH * 2 + 1).view(SIGNALS, LENGTH, 2)
    activation = np.zeros((SIGNALS, LENGTH))
    for row in activation:
        start = rng.integers(2, 12)
        row[start : start + rng.integers(2, 14)] = rng.uniform(1, 2)
        row[rng.integers(5, 20)] = 0
    return signals, torch.from_numpy(activation - 3)


def translated(signal, activation, shift, threshold):
    """The signal of one shift, sample by sample."""
    above = activation - activation.min()
    foreground = above >= threshold * above.mean()
    result = signal.copy()
    for sample in np.flatnonzero(foreground):
        result[sample + shift] = signal[sample]
    return result


@pytest.mark.parametrize("threshold", [0.75, 1.2])
def test_each_signal_is_its_foreground_shifted_by_some_allowed_amount(make_context, threshold):
    signals, activation = drawn()
    shifts = []
    for result, signal, row in zip(
        moved(make_context, signals, activation, threshold=threshold).numpy(),
        signals.numpy(),
        activation.numpy(),
        strict=True,
    ):
        above = row - row.min()
        (places,) = np.nonzero(above >= threshold * above.mean())
        allowed = range(-places[0], LENGTH - places[-1])
        fits = [shift for shift in allowed if np.array_equal(result, translated(signal, row, shift, threshold))]
        assert fits
        shifts.append(fits[0])
    assert len(set(shifts)) > 5


def test_all_allowed_shifts_are_equally_likely(make_context):
    signals = torch.arange(1.0, LENGTH + 1).view(1, LENGTH, 1)
    activation = torch.zeros(1, LENGTH)
    activation[0, 10:14] = 1
    starts = []
    for seed in range(2700):
        result = moved(make_context, signals, activation, seed)
        places = np.flatnonzero(result[0, :, 0].numpy() == 11)
        starts.append(next((place for place in places if place != 10), 10))
    counts = np.bincount(starts, minlength=LENGTH - 3)
    assert len(counts) == LENGTH - 3
    assert counts.min() > 60 and counts.max() < 145


@pytest.mark.parametrize("neutral", [{"p": 0.0}, {"threshold": 0.0}])
def test_without_probability_or_threshold_it_is_the_identity(make_context, neutral):
    signals, activation = drawn()
    assert torch.equal(moved(make_context, signals, activation, **neutral), signals)


def test_a_flat_activation_leaves_the_signals_as_they_are(make_context):
    signals, _ = drawn()
    assert torch.equal(moved(make_context, signals, torch.ones(SIGNALS, LENGTH)), signals)


def test_the_scale_and_offset_of_the_activation_do_not_matter(make_context):
    signals, activation = drawn()
    one, other = (moved(make_context, signals, a * activation + b) for a, b in ((1.0, 0.0), (8.0, 16.0)))
    assert torch.equal(one, other)
