from dataclasses import dataclass

import numpy as np
import pytest
from scipy.signal import resample_poly

from ltsei.core.errors import InputError
from ltsei.data.captures.resampling import Resampled, resampled


@dataclass(frozen=True)
class InMemory:
    """Samples in an array, [count, channels]."""

    values: np.ndarray

    @property
    def count(self):
        return len(self.values)

    @property
    def channels(self):
        return self.values.shape[1]

    def read(self, start, stop):
        assert 0 <= start < stop <= self.count
        return self.values[start:stop]


SAMPLES = InMemory(np.random.default_rng(0).normal(size=(1000, 2)).astype(np.float32))


@pytest.mark.parametrize(
    ("rate", "wanted", "ratio"), [(2.4e6, 2e6, (5, 6)), (44100, 48000, (160, 147)), (1, 3, (3, 1))]
)
def test_pieces_are_those_of_the_whole_recording_resampled(rate, wanted, ratio):
    samples = resampled(SAMPLES, rate, wanted)
    whole = resample_poly(SAMPLES.values.astype(np.float64), *ratio, axis=0)
    assert (samples.up, samples.down) == ratio
    assert samples.count == len(whole)
    for start, stop in ((0, 1), (0, samples.count), (3, 50), (500, 777), (samples.count - 1, samples.count)):
        assert np.allclose(samples.read(start, stop), whole[start:stop], atol=1e-6)


def test_samples_at_the_wanted_rate_stay_as_they_are():
    assert resampled(SAMPLES, 2e6, 2e6) is SAMPLES


def test_a_piece_reads_only_what_the_filter_reaches():
    reads = []

    class Watched(InMemory):
        def read(self, start, stop):
            reads.append((start, stop))
            return super().read(start, stop)

    Resampled(Watched(SAMPLES.values), 5, 6).read(400, 410)
    ((start, stop),) = reads
    assert 450 < start < 400 * 6 / 5 - 10
    assert 409 * 6 / 5 + 10 < stop < 510


@pytest.mark.parametrize("wanted", [1.234567e6, 3e10])
def test_rates_without_a_simple_ratio_are_refused(wanted):
    with pytest.raises(InputError, match="no ratio of whole numbers up to 10000"):
        resampled(SAMPLES, 1e6, wanted)
