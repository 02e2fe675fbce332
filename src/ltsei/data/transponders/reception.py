"""All messages of a recording, read piece by piece."""

import math

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.adsb.mode_s import FRAME_S, SLOT_S
from ltsei.data.captures.progress import Progress
from ltsei.data.captures.samples import Samples
from ltsei.data.transponders.frames import Frames, frames_at, joined, none
from ltsei.data.transponders.preambles import Envelope

CHUNK_SAMPLES = 2**18
"""Samples whose preambles are sought at once; the arrays for them take about 60 MB."""
LOWEST_RATE_HZ = 2e6
SEEN_S = 60.0
"""How long before or after a frame that only its address proves another frame must prove this address."""
POSITION_BITS = 38
"""A recording has fewer samples than two to this power."""


def received(samples: Samples, sample_rate_hz: float, doing: str) -> Frames:
    """Return the messages of a recording without bit errors, in the order of time.

    Frames whose parity is overlaid with the address count where another frame proves that address within a minute;
    so do DF11 with an interrogator code.

    Args:
        samples: of the recording, with I and Q.
        sample_rate_hz: at least 2 MHz.
        doing: what the progress is reported as.

    Raises:
        InputError: there is no I and Q, or the rate is too low; the message does not say where.
    """
    if samples.channels != 2:
        raise InputError("expected I and Q, got one real channel")
    if sample_rate_hz < LOWEST_RATE_HZ:
        raise InputError(f"a rate of {sample_rate_hz:.9g} Hz is too low: half bits of 0.5 µs need 2e6 Hz or more")
    progress, parts = Progress(doing, samples.count, "samples"), [none()]
    step = _chunk(sample_rate_hz)
    for first in range(0, samples.count, step):
        parts.append(_in_chunk(samples, sample_rate_hz, first, step))
        progress.at(min(first + step, samples.count))
    frames = joined(parts)
    return _best_of_each(frames.select(frames.proven | _seen(frames, sample_rate_hz)), sample_rate_hz)


def _chunk(sample_rate_hz: float) -> int:
    """Return the samples of a chunk: a multiple of the distance of positions, so that chunks do not change these."""
    step = max(1, round(Envelope(np.zeros((1, 2)), sample_rate_hz).step))
    return max(1, CHUNK_SAMPLES // step) * step


def _in_chunk(samples: Samples, sample_rate_hz: float, first: int, step: int) -> Frames:
    """Return the frames that begin among these samples; a frame may end after them."""
    count = min(step, samples.count - first)
    reach = math.ceil((FRAME_S + 4 * SLOT_S) * sample_rate_hz)
    stop = min(samples.count, first + count + reach)
    signals = samples.read(first, stop)
    envelope = Envelope(np.pad(signals, ((0, first + count + reach - stop), (0, 0))), sample_rate_hz)
    frames = frames_at(envelope, envelope.preambles(count))
    return Frames(**{**vars(frames), "start": frames.start + first})


def _seen(frames: Frames, sample_rate_hz: float) -> np.ndarray:
    """Return for which frames another one proves the address within `SEEN_S`, bool [n]."""
    window = min(round(SEEN_S * sample_rate_hz), 2 ** (POSITION_BITS - 1))
    at = frames.address << POSITION_BITS | np.maximum(frames.start, 0).astype(np.int64)
    known = np.append(np.sort(at[frames.proven]), np.iinfo(np.int64).max)
    lowest = np.maximum(at - window, frames.address << POSITION_BITS)
    seen: np.ndarray = known[np.searchsorted(known, lowest)] <= at + window
    return seen


def _best_of_each(frames: Frames, sample_rate_hz: float) -> Frames:
    """Return one frame for each message, which several positions give: a proven one, and the clearest of these."""
    frames = frames.select(np.argsort(frames.start, kind="stable"))
    apart = np.diff(frames.start, prepend=-np.inf) >= 4 * SLOT_S * sample_rate_hz
    message = np.cumsum(apart)
    order = np.lexsort((-frames.contrast, ~frames.proven, message))
    return frames.select(np.sort(order[np.unique(message[order], return_index=True)[1]]))
