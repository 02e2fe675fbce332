"""Exact and near copies of signals, within a part and between training and test.

Near copies are searched for among the examined signals: a random projection finds pairs that may be similar, whose
normalised correlation is then computed from all samples. It ignores level and phase, so that a copy which was scaled or
rotated is found, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ltsei.data import duplicates
from ltsei.data.audit.sample import AuditSample, PartSample
from ltsei.numerics import seeds

DIMENSIONS = 128
SIMILAR, SAME = 0.99, 0.9999
"""Correlations above which two signals are near copies, and copies of which one was scaled, rotated or rounded."""
CANDIDATE = 0.95
MOST_PAIRS = 2000
"""Candidates of which the correlation is computed, the most similar first."""
ROWS = 1000
CHUNK = 256


@dataclass(frozen=True)
class Copies:
    """Numbers of signals that have a copy.

    Attributes:
        train: training signals that repeat an earlier one exactly.
        test: likewise in the test part.
        across: test signals that are also training signals.
        two_labels: different signals that occur with more than one label.
        near: pairs of a training and a test signal with a correlation above `SIMILAR`.
        near_same: those of them above `SAME`.
        near_inside: pairs of two training or two test signals above `SIMILAR`.
    """

    train: int
    test: int
    across: int
    two_labels: int
    near: int
    near_same: int
    near_inside: int


def find(sample: AuditSample, train_labels: np.ndarray, test_labels: np.ndarray) -> Copies:
    """Return the copies in a data set; exact ones among all signals, which are read once."""
    train = _digests(sample.train.signals[: len(train_labels)])
    test = _digests(sample.test.signals)
    labelled = np.unique(
        np.stack([np.unique(np.concatenate([train, test]), return_inverse=True)[1], [*train_labels, *test_labels]]),
        axis=1,
    )
    across, inside = _near(sample)
    return Copies(
        train=len(train) - len(np.unique(train)),
        test=len(test) - len(np.unique(test)),
        across=int(np.isin(test, train).sum()),
        two_labels=int((np.unique(labelled[0], return_counts=True)[1] > 1).sum()),
        near=len(across),
        near_same=int((across > SAME).sum()),
        near_inside=len(inside),
    )


def _digests(signals: np.ndarray) -> np.ndarray:
    parts = [duplicates.digests(np.array(signals[row : row + CHUNK])) for row in range(0, len(signals), CHUNK)]
    return np.concatenate([np.zeros(0, duplicates.DIGEST), *parts])


def _near(sample: AuditSample) -> tuple[np.ndarray, np.ndarray]:
    """Return the correlations above `SIMILAR` between the parts, and within them; exact copies are left out."""
    train, test = _projected(sample.train), _projected(sample.test)
    across = _correlations(sample.train, sample.test, _pairs(train, test, same=False))
    inside = [
        _correlations(part, part, _pairs(points, points, same=True))
        for part, points in ((sample.train, train), (sample.test, test))
    ]
    return across, np.concatenate(inside)


def _projected(part: PartSample) -> np.ndarray:
    """Return random projections of the signals, each of length 1, complex64 [n, DIMENSIONS]."""
    samples = _vectors(part.signals[:1]).shape[1]
    rng = seeds.generator(0, "audit projection")
    matrix = rng.standard_normal((samples, DIMENSIONS)).astype(np.float32)
    points = np.concatenate([_vectors(chunk) @ matrix for chunk in part.chunks()])
    length = np.linalg.norm(points, axis=1, keepdims=True)
    unit: np.ndarray = points / np.where(length > 0, length, 1)
    return unit


def _vectors(signals: np.ndarray) -> np.ndarray:
    """Return the signals as complex vectors with mean 0 and length 1, complex64 [n, samples]."""
    channels = signals.shape[-1]
    flat = signals[..., 0] + 1j * signals[..., 1] if channels == 2 else signals.astype(np.complex64)
    values = np.asarray(flat, dtype=np.complex64).reshape(len(signals), -1)
    values = values - values.mean(axis=1, keepdims=True)
    length = np.linalg.norm(values, axis=1, keepdims=True)
    unit: np.ndarray = values / np.where(length > 0, length, 1)
    return unit


def _pairs(first: np.ndarray, second: np.ndarray, *, same: bool) -> np.ndarray:
    """Return the most similar pairs of projections, int64 [at most MOST_PAIRS, 2]."""
    blocks = list(_similar(first, second, same=same))
    similarity = np.concatenate([block[0] for block in blocks])
    pairs = np.concatenate([block[1] for block in blocks])
    return pairs[np.argsort(-similarity, kind="stable")[:MOST_PAIRS]]


def _similar(first: np.ndarray, second: np.ndarray, *, same: bool) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for start in range(0, len(first), ROWS):
        similarity = np.abs(first[start : start + ROWS] @ second.conj().T)
        rows, columns = np.nonzero(similarity > CANDIDATE)
        kept = columns > rows + start if same else np.ones(len(rows), bool)
        pairs = np.stack([rows[kept] + start, columns[kept]], axis=1)
        yield similarity[rows[kept], columns[kept]], pairs


def _correlations(first: PartSample, second: PartSample, pairs: np.ndarray) -> np.ndarray:
    """Return the correlations above `SIMILAR` of those pairs that are not exact copies."""
    values = []
    for one, other in pairs.tolist():
        signals = first.signals[[first.indices[one]]], second.signals[[second.indices[other]]]
        if not np.array_equal(*signals):
            values.append(float(np.abs(np.vdot(_vectors(signals[0])[0], _vectors(signals[1])[0]))))
    correlations = np.array(values)
    return correlations[correlations > SIMILAR]
