"""Samples at another rate, computed piece by piece with the result that the whole recording would give."""

import functools
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.captures.samples import Samples

LARGEST_FACTOR = 10_000
"""Of the ratio of two rates; the filter has 20 times as many coefficients."""
EXACT = 1e-9
"""How far a ratio of whole numbers may be from that of the rates, relative to it."""
HALF_WIDTH = 10
"""Half of the filter, in samples at the lower rate."""


@dataclass(frozen=True)
class Resampled:
    """Samples at `up` / `down` times their rate; read as `Samples`."""

    samples: Samples
    up: int
    down: int

    @property
    def count(self) -> int:
        """Number of samples at the new rate."""
        return -(-self.samples.count * self.up // self.down)

    @property
    def channels(self) -> int:
        """2 for I and Q, 1 for one real channel."""
        return self.samples.channels

    def read(self, start: int, stop: int) -> np.ndarray:
        """Return the samples ``start:stop`` at the new rate, float32; the filter sees the samples around them."""
        from scipy.signal import resample_poly  # here, because a source is also imported to plan a run

        reach = HALF_WIDTH * max(self.up, self.down)
        first = max(0, (start * self.down - reach) // self.up)
        first -= first % self.down  # a sample of both rates
        last = min(self.samples.count, ((stop - 1) * self.down + reach) // self.up + 1)
        values = self.samples.read(first, last)
        resampled = resample_poly(values, self.up, self.down, axis=0, window=_filter(self.up, self.down))
        skipped = first // self.down * self.up
        piece: np.ndarray = resampled[start - skipped : stop - skipped].astype(np.float32)
        return piece


def resampled(samples: Samples, rate_hz: float, wanted_hz: float) -> Samples:
    """Return samples recorded at `rate_hz` at the rate `wanted_hz`.

    Raises:
        InputError: the rates have no simple ratio; the message does not say where.
    """
    exact = Fraction(wanted_hz) / Fraction(rate_hz)
    ratio = exact.limit_denominator(LARGEST_FACTOR)
    if ratio.numerator > LARGEST_FACTOR or abs(ratio / exact - 1) > EXACT:
        raise InputError(
            f"recorded at {rate_hz:.9g} Hz, which has no ratio of whole numbers up to {LARGEST_FACTOR} to "
            f"{wanted_hz:.9g} Hz; choose another sample_rate_hz"
        )
    return samples if ratio == 1 else Resampled(samples, ratio.numerator, ratio.denominator)


@functools.cache
def _filter(up: int, down: int) -> np.ndarray:
    """Return the coefficients of the low-pass filter that `scipy.signal.resample_poly` uses by default."""
    from scipy.signal import firwin

    factor = max(up, down)
    coefficients: np.ndarray = firwin(2 * HALF_WIDTH * factor + 1, 1 / factor, window=("kaiser", 5.0))
    return coefficients
