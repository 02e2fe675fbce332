import numpy as np
import psutil
import pytest
import torch

from ltsei.data import preprocess
from ltsei.data.preprocess import crop_or_pad, normalize, prepare


def signals(*shape, offset=0.3, scale=2.0):
    return offset + scale * torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def test_cropping_keeps_the_leading_samples():
    whole = signals(3, 10, 2)
    torch.testing.assert_close(crop_or_pad(whole, 4), whole[:, :4], rtol=0, atol=0)


def test_padding_appends_zeros():
    whole = signals(3, 10, 2)
    padded = crop_or_pad(whole, 13)
    torch.testing.assert_close(padded[:, :10], whole, rtol=0, atol=0)
    assert padded.shape == (3, 13, 2)
    assert not padded[:, 10:].any()


@pytest.mark.parametrize("length", [None, 10])
def test_signals_of_the_right_length_are_unchanged(length):
    whole = signals(3, 10, 2)
    torch.testing.assert_close(crop_or_pad(whole, length), whole, rtol=0, atol=0)


def test_images_are_cropped_along_their_first_axis():
    assert crop_or_pad(signals(3, 10, 8, 1), 12).shape == (3, 12, 8, 1)


def test_rms_is_one_over_samples_and_channels_together():
    normalized = normalize(signals(5, 100, 2), "rms")
    torch.testing.assert_close(normalized.square().mean((1, 2)), torch.ones(5))


def test_rms_keeps_the_ratio_of_the_channels_and_their_offset():
    whole = signals(5, 100, 2)
    normalized = normalize(whole, "rms")
    factor = normalized[:, :1, :1] / whole[:, :1, :1]
    torch.testing.assert_close(normalized, whole * factor)


def test_channel_gives_each_channel_mean_zero_and_deviation_one():
    normalized = normalize(signals(5, 100, 2), "channel")
    torch.testing.assert_close(normalized.mean(1), torch.zeros(5, 2), atol=1e-6, rtol=0)
    torch.testing.assert_close(normalized.std(1, correction=0), torch.ones(5, 2))


def test_channel_of_images_spans_all_pixels():
    normalized = normalize(signals(5, 8, 9, 3), "channel")
    torch.testing.assert_close(normalized.std((1, 2), correction=0), torch.ones(5, 3))


def test_none_changes_only_the_type():
    whole = signals(5, 100, 2).double()
    normalized = normalize(whole, "none")
    assert normalized.dtype == torch.float32
    torch.testing.assert_close(normalized, whole.float(), rtol=0, atol=0)


@pytest.mark.parametrize("how", ["rms", "channel", "none"])
def test_zero_signals_stay_zero(how):
    assert not normalize(torch.zeros(2, 50, 2), how).any()


@pytest.mark.parametrize("value", [0.1, -7.3, 1e6])
def test_a_constant_channel_becomes_zero(value):
    assert not normalize(torch.full((2, 997, 2), value), "channel").any()


@pytest.mark.parametrize("how", ["rms", "channel"])
@pytest.mark.parametrize("factor", [1e-25, 3.0, 1e25])
def test_the_scale_of_a_signal_does_not_matter(how, factor):
    whole = signals(4, 100, 2)
    torch.testing.assert_close(normalize(whole * factor, how), normalize(whole, how), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("how", ["rms", "channel"])
def test_signals_are_normalised_independently(how):
    whole = signals(4, 100, 2)
    torch.testing.assert_close(normalize(whole[1:2], how), normalize(whole, how)[1:2])


@pytest.mark.parametrize("length", [None, 30, 80])
@pytest.mark.parametrize("chunk_bytes", [1, 2000, 10**6])
def test_prepare_crops_and_then_normalises_the_selected_rows(tmp_path, monkeypatch, length, chunk_bytes):
    monkeypatch.setattr(preprocess, "CHUNK_BYTES", chunk_bytes)
    whole = signals(9, 50, 2)
    np.save(tmp_path / "signals.npy", whole.numpy())
    memmap = np.load(tmp_path / "signals.npy", mmap_mode="r")
    prepared = prepare(memmap, np.array([7, 0, 3, 4, 8]), length, "rms", "cpu")
    torch.testing.assert_close(prepared, normalize(crop_or_pad(whole[[7, 0, 3, 4, 8]], length), "rms"))


def test_pages_of_a_memory_map_do_not_stay_resident_after_they_are_read(tmp_path):
    np.save(tmp_path / "signals.npy", np.ones((4000, 1000, 2), dtype=np.float32))
    memmap = np.load(tmp_path / "signals.npy", mmap_mode="r")
    before = psutil.Process().memory_info().shared
    prepare(memmap, np.arange(4000), None, "none", "cpu")
    assert psutil.Process().memory_info().shared - before < memmap.nbytes / 4


def test_prepare_of_no_rows_is_empty():
    assert prepare(signals(9, 50, 2).numpy(), np.array([], int), 40, "rms", "cpu").shape == (0, 40, 2)
