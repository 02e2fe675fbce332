"""The smallest difference between methods that an experiment can detect, before its results exist."""

import math

from ltsei.evaluation import student
from ltsei.evaluation.seed_blocks import MIN_SEEDS
from ltsei.evaluation.statistics import SIGNIFICANCE

SEED_SD = 0.0080
"""Standard deviation of a difference in balanced accuracy between seeds, as far as all ratios of a seed share it."""
RUN_SD = 0.0195
"""Standard deviation of such a difference between ratios of a seed.

Both are estimated by `benchmarks/coverage.py` from the runs of `config/dependence.yaml` on the embedded data.
"""


def detectable(*, seeds: int, ratios: int, datasets: int, comparisons: int) -> float | None:
    """Return the true difference in balanced accuracy that is significant with a probability of 80 %.

    It assumes that differences vary as between the runs from which `SEED_SD` and `RUN_SD` were estimated; None without
    comparisons or below `MIN_SEEDS` seeds.
    """
    if seeds < MIN_SEEDS or comparisons < 1:
        return None
    error = math.sqrt((SEED_SD**2 + RUN_SD**2 / ratios) / (seeds * datasets))
    return student.detectable(error, datasets * (seeds - 1), SIGNIFICANCE / comparisons)
