"""Independent random streams from one experiment seed."""

import zlib

import numpy as np


def sequence(seed: int, purpose: str) -> np.random.SeedSequence:
    """Return the seed sequence of `purpose` (such as ``"split"``), statistically independent of all others.

    It does not depend on method or recipe: methods of one seed share the split and the initial weights, so that
    their differences are paired.
    """
    return np.random.SeedSequence((seed, zlib.crc32(purpose.encode())))


def generator(seed: int, purpose: str) -> np.random.Generator:
    """Return NumPy's generator for `purpose`."""
    return np.random.default_rng(sequence(seed, purpose))


def sample(total: int, most: int) -> np.ndarray:
    """Return ascending indices of at most `most` of `total` signals, int64, the same ones every time."""
    if total <= most:
        return np.arange(total)
    return np.sort(generator(0, "sample").choice(total, most, replace=False))


def integer(seed: int, purpose: str) -> int:
    """Return a 63-bit seed for `purpose`, for libraries that take an integer (torch)."""
    return int(sequence(seed, purpose).generate_state(1, np.uint64)[0] >> np.uint64(1))
