"""How much of the spread between runs comes from the data that a split draws, and how much from training.

Random effects: score = mean + split + training + interaction. What varies within a split is training, its interaction
with the split included. Training seeds that splits share cancel in the differences between these, the interaction does
not, so that the variance of the means of the splits minus that of their mean interaction is the variance of the split.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Spread:
    """Standard deviations between runs of a method by their cause.

    Attributes:
        data: between splits, free of training; 0 where splits vary no more than training explains.
        training: between training seeds on one split.
        splits: number of split seeds.
        trainings: number of training seeds.
    """

    data: float
    training: float
    splits: int
    trainings: int


def variances(scores: Mapping[tuple[int, int], float]) -> tuple[float, float] | None:
    """Return the variances of data and training by (split seed, training seed) -> score under one condition.

    None without two splits that share two training seeds, which separate the causes.
    """
    splits = sorted({split for split, _ in scores})
    trainings = sorted({training for _, training in scores})
    table = np.full((len(splits), len(trainings)), np.nan)
    for (split, training), score in scores.items():
        table[splits.index(split), trainings.index(training)] = score
    counts = (~np.isnan(table)).sum(axis=1)
    interaction = _interaction(table)
    if len(splits) < 2 or interaction is None:
        return None
    means = np.nansum(table, axis=1) / counts
    within = float(np.nansum((table - means[:, None]) ** 2) / (counts - 1).sum())
    data = float(means.var(ddof=1)) - interaction * float((1 / counts).mean())
    return max(data, 0.0), within


def spread(conditions: Mapping[object, Mapping[tuple[int, int], float]]) -> Spread | None:
    """Return the standard deviations, variances averaged over conditions; None where none separates the causes.

    Args:
        conditions: condition -> scores, as `variances` takes them.
    """
    separated = {key: both for key, scores in conditions.items() if (both := variances(scores)) is not None}
    if not separated:
        return None
    seeds = [seed for key in separated for seed in conditions[key]]
    data, training = (math.sqrt(math.fsum(each) / len(each)) for each in zip(*separated.values(), strict=True))
    return Spread(data, training, len({split for split, _ in seeds}), len({training for _, training in seeds}))


def _interaction(table: np.ndarray) -> float | None:
    """Return the mean square of what split and training alone do not explain, [splits, trainings], NaN is missing."""
    rows, columns = np.nonzero(~np.isnan(table))
    design = np.hstack([np.eye(table.shape[0])[rows], np.eye(table.shape[1])[columns]])
    values = table[rows, columns]
    rank = int(np.linalg.matrix_rank(design)) if values.size else 0
    if values.size <= rank:
        return None
    fitted = design @ np.linalg.lstsq(design, values, rcond=None)[0]
    return float(np.square(values - fitted).sum() / (values.size - rank))
