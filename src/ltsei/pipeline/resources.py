"""What a job asks for: from what jobs of its kind have taken, else from its recipe; more on each attempt."""

from math import ceil

from ltsei.pipeline.costs import Measurements
from ltsei.pipeline.job_id import JobId

USUAL_EPOCHS = 300
"""For which the usual minutes of a training rule are meant."""


def minutes(measurements: Measurements, job: JobId, usual: int, attempt: int) -> int:
    """Return three times what such jobs have taken, else `usual` scaled by the recipe's epochs; times the attempt."""
    seconds = measurements.seconds(job.kind)
    if seconds is None:
        epochs = getattr(measurements.matrix.recipe_of(job).settings, "epochs", USUAL_EPOCHS)
        return ceil(max(30, usual * epochs * job.number_of_trials / USUAL_EPOCHS)) * attempt
    return ceil(max(10, 3 * seconds / 60)) * attempt


def megabytes(measurements: Measurements, job: JobId, usual: int, attempt: int) -> int:
    """Return 1.5 times the largest such job and 1000 MB for Snakemake beside it, else `usual`; times the attempt."""
    peak = measurements.memory_mb(job.kind)
    return (usual if peak is None else ceil(1.5 * peak + 1000)) * attempt
