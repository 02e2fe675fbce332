"""What several seeds of one cell say together."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Summary:
    """Mean and spread of the defined values.

    Attributes:
        mean: None where no value is defined.
        sd: standard deviation of the sample (n − 1); None below two values, where no spread is known.
        n: how many values are defined.
    """

    mean: float | None
    sd: float | None
    n: int


def summarise(values: Iterable[float | None]) -> Summary:
    """Return the summary of `values`; None (undefined) is left out, never counted as 0."""
    defined = np.array([value for value in values if value is not None], dtype=np.float64)
    if not defined.size:
        return Summary(None, None, 0)
    # math.fsum: the mean of equal values is that value, whatever their number.
    mean = math.fsum(defined) / defined.size
    return Summary(mean, float(defined.std(ddof=1)) if defined.size > 1 else None, defined.size)


def paired_difference(values: Mapping[int, float | None], baseline: Mapping[int, float | None]) -> Summary:
    """Return the summary of `values` minus `baseline`, seed by seed.

    Methods share split and initial weights within a seed, so only seeds in which both are defined count.
    """
    differences: list[float | None] = []
    for seed, value in values.items():
        reference = baseline.get(seed)
        differences.append(None if value is None or reference is None else value - reference)
    return summarise(differences)
