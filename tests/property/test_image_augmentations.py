"""Crops and flips against a transcription in NumPy, image by image."""

import numpy as np
import pytest
import torch

from ltsei.core.context import build_component


def images(number=64, height=7, width=5, channels=3):
    """Images without zeros, so that padding shows."""
    return torch.rand(number, height, width, channels, generator=torch.Generator().manual_seed(0)) + 1


def augmented(name, batch, seed=0, **parameters):
    augment = build_component("augmentations", {"name": name, **parameters}, None)
    return augment(batch, torch.Generator().manual_seed(seed)).numpy()


def windows(image, pad):
    """Every crop of an image [H, W, channels] with black around it: (row, column) -> crop."""
    height, width, _ = image.shape
    padded = np.pad(image, [(pad, pad), (pad, pad), (0, 0)])
    positions = [(row, column) for row in range(2 * pad + 1) for column in range(2 * pad + 1)]
    return {(row, column): padded[row : row + height, column : column + width] for row, column in positions}


@pytest.mark.parametrize("pad", [0, 2, 4])
def test_a_crop_is_a_window_of_the_padded_image_at_any_position(pad):
    batch = images(1500 if pad else 4)
    counts = np.zeros((2 * pad + 1, 2 * pad + 1))
    for image, crop in zip(batch.numpy(), augmented("random_crop", batch, pad=pad), strict=True):
        places = [place for place, window in windows(image, pad).items() if np.array_equal(window, crop)]
        assert len(places) == 1
        counts[places[0]] += 1
    expected = len(batch) / counts.size
    assert ((counts - expected) ** 2 / expected).sum() < counts.size + 4 * np.sqrt(2 * counts.size)  # chi-squared


def test_a_crop_is_cut_at_the_positions_that_the_generator_draws():
    batch, generator = images(), torch.Generator().manual_seed(5)
    changed = torch.rand(len(batch), generator=generator) < 0.6
    shifts = (torch.randint(-4, 5, (2, len(batch)), generator=generator) * changed).numpy() + 4
    expected = [windows(image, 4)[down, right] for image, down, right in zip(batch.numpy(), *shifts, strict=True)]
    np.testing.assert_array_equal(augmented("random_crop", batch, 5, p=0.6), np.stack(expected))


def test_an_image_is_mirrored_left_to_right_where_the_generator_says_so():
    batch = images()
    chosen = (torch.rand(len(batch), generator=torch.Generator().manual_seed(3)) < 0.5).numpy()
    expected = [np.fliplr(image) if flip else image for image, flip in zip(batch.numpy(), chosen, strict=True)]
    assert 20 < chosen.sum() < 44
    np.testing.assert_array_equal(augmented("horizontal_flip", batch, 3), np.stack(expected))
