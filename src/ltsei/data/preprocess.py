"""From stored signals to the input of a backbone: length and normalisation, on the device.

Signals are [N, L, ..., channels], channels last; L, the first axis after N, is cropped or padded.
"""

import mmap
from typing import Literal

import numpy as np
import torch
from torch import Tensor

Normalization = Literal["rms", "channel", "none"]
CHUNK_BYTES = 64 * 2**20
MAPPED_ROWS = 32
NEGLIGIBLE = 1e-6
"""A standard deviation below this fraction of the peak is a rounding error of float32: the channel is constant."""


def crop_or_pad(signals: Tensor, length: int | None) -> Tensor:
    """Return the first `length` samples, with zeros appended where there are fewer; all of them where it is None."""
    if length is None:
        return signals
    missing = max(length - signals.shape[1], 0)
    padding = [0, 0] * (signals.ndim - 2) + [0, missing]
    return torch.nn.functional.pad(signals[:, :length], padding)


def normalize(signals: Tensor, how: Normalization) -> Tensor:
    """Return each signal normalised on its own, float32; a zero signal stays zero.

    Args:
        signals: [N, L, ..., channels].
        how: ``rms``: root mean square 1 over all samples and channels, which keeps DC offset and I/Q gain imbalance;
            ``channel``: mean 0 and standard deviation 1 in each channel, which removes both (a constant channel
            becomes zero); ``none``: unchanged.
    """
    signals = signals.float()
    if how == "none":
        return signals
    axes = tuple(range(1, signals.ndim if how == "rms" else signals.ndim - 1))
    peak = signals.abs().amax(axes, keepdim=True)
    scaled = signals / peak.where(peak > 0, 1.0)  # squares of raw volts or counts could exceed float32's range
    if how == "channel":
        scaled = scaled - scaled.mean(axes, keepdim=True)
    spread = scaled.square().mean(axes, keepdim=True).sqrt()
    return scaled / spread.where(spread > NEGLIGIBLE, torch.inf)


def prepare(
    signals: np.ndarray,
    indices: np.ndarray,
    length: int | None,
    how: Normalization,
    device: torch.device | str,
    *,
    to: torch.device | str | None = None,
) -> Tensor:
    """Return the rows `indices` of `signals`, cropped or padded, then normalised on `device`, float32.

    Memory: the result takes N · L · channels · 4 bytes. Rows are read from a memory map in chunks
    of `CHUNK_BYTES`, so that only a few chunks are held besides the result, however large the file is.

    Args:
        signals: [N, L, ..., channels], a memory map or an array.
        indices: rows in the desired order; ascending ones are read fastest.
        length: samples per signal; None for all.
        how: as in `normalize`.
        device: that computes.
        to: the device of the result, if another one.
    """
    samples = signals.shape[1] if length is None else length
    result = torch.empty((len(indices), samples, *signals.shape[2:]), device=to or device)
    rows = max(1, CHUNK_BYTES // signals[:1].nbytes)
    for start in range(0, len(indices), rows):
        chunk = torch.from_numpy(_read(signals, indices[start : start + rows], length))
        result[start : start + rows] = normalize(crop_or_pad(chunk.to(device), length), how)
    return result


def _read(signals: np.ndarray, indices: np.ndarray, length: int | None) -> np.ndarray:
    """Return the first `length` samples of some rows; the pages of a memory map are released once they have been read.

    They would otherwise count as resident memory, and the system may map 2 MB for a row of a few kB.
    """
    rows = np.empty((len(indices), *signals[:1, :length].shape[1:]), signals.dtype)
    for start in range(0, len(indices), MAPPED_ROWS):
        rows[start : start + MAPPED_ROWS] = signals[indices[start : start + MAPPED_ROWS], :length]
        if isinstance(signals.base, mmap.mmap):
            signals.base.madvise(mmap.MADV_DONTNEED)
    return rows
