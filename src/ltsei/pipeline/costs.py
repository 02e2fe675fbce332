"""What jobs cost: measured by Snakemake's benchmark files, inferred from similar jobs, or estimated from arithmetic.

A job is expected to take the median time of measured jobs: of the same rule, data set and method; else of the same
rule and data set with the same network, scaled by epochs; else of the same rule and data set.
"""

import statistics
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ltsei.core import content
from ltsei.core.content import DamagedError
from ltsei.numerics.long_tail import long_tail_counts
from ltsei.pipeline.job_id import JobId, files_on_disk
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.ratios import ratio_value
from ltsei.pipeline.rule_table import RULES
from ltsei.pipeline.signal_axes import declared_shape
from ltsei.runtime import timings
from ltsei.runtime.slurm import queue
from ltsei.runtime.timings import Timing

PASSES = 3
"""A training step costs about three forward passes: the gradient costs two more."""


class Measurements:
    """Times and memory peaks of the jobs below a results folder, by `JobId.kind`."""

    def __init__(self, matrix: Matrix, results: Path) -> None:
        """Read the files below `results` when first asked."""
        self.matrix, self.results = matrix, results
        self.seconds = cache(self._seconds)

    @cached_property
    def timings(self) -> dict[JobId, list[Timing]]:
        """What the jobs of each kind took."""
        measured: dict[JobId, list[Timing]] = {}
        for rule in RULES.values():
            for name, path in files_on_disk(self.results, rule.benchmark) if "{dataset}" in rule.place else []:
                job, timing = JobId.of_file(rule.name, name).kind, timings.read(path)
                if timing and job.dataset in self.matrix.config.datasets:
                    measured.setdefault(job, []).append(timing)
        return measured

    def _seconds(self, job: JobId) -> float | None:
        """Return how long a job of this kind is expected to take, None where nothing similar was measured."""
        same = self.timings.get(job)
        if same:
            return statistics.median(seconds for seconds, _ in same)
        like = {k: t for k, t in self.timings.items() if (k.rule, k.dataset) == (job.rule, job.dataset)}
        same_network = {other: t for other, t in like.items() if self._network(other) == self._network(job)}
        scaled = [
            seconds * self._epochs(job) / self._epochs(other)
            for other, measured in (same_network or like).items()
            for seconds, _ in measured
        ]
        return statistics.median(scaled) if scaled else None

    def memory_mb(self, job: JobId) -> float | None:
        """Return the largest memory peak of jobs of this kind, None where none was measured."""
        return max((memory for _, memory in self.timings.get(job, []) if memory), default=None)

    def _settings(self, job: JobId) -> Any:
        """Return the settings of a stage, None for other jobs and methods that the configuration no longer has."""
        known = RULES[job.rule].stage and job.method in self.matrix.rule_owners(job.rule)
        return self.matrix.recipe_of(job).settings if known else None

    def _epochs(self, job: JobId) -> int:
        return getattr(self._settings(job), "epochs", 1) if RULES[job.rule].trains else 1

    def _network(self, job: JobId) -> Any:
        return getattr(self._settings(job), "backbone", None)


def hours(seconds: Iterable[float | None]) -> float | None:
    """Return the sum of those that are known, in hours; None where there are some and none is known."""
    values = list(seconds)
    known = [value for value in values if value is not None]
    return sum(known) / 3600 if known or not values else None


def has_gpus(device: str) -> bool:
    """Return whether jobs can use a GPU: of this machine, or of the cluster to which it submits."""
    if device == "cpu" or queue.available():
        return device != "cpu"
    import torch  # takes a second to load

    return torch.cuda.is_available()


def estimator(matrix: Matrix, teraflops: float) -> Callable[[JobId], float | None]:
    """Return a function that estimates the seconds of a job from the arithmetic of its network.

    It covers stage 1, where nearly all the arithmetic is; for other jobs it returns None.

    Args:
        matrix: whose jobs.
        teraflops: what the device sustains, in 10¹² operations a second.
    """
    ratios: dict[str, set[str]] = {}
    for cell in matrix.cells():
        ratios.setdefault(cell.dataset, set()).add(cell.ir)

    def seconds(job: JobId) -> float | None:
        from ltsei.training.flops import flops  # torch takes a second to load

        if job.rule != "stage1":
            return None
        recipe = matrix.recipe("stage1", job.dataset, job.method).settings
        counts = [_training_signals(matrix, job.dataset, ir) for ir in ratios[job.dataset]]
        known = [count for count in counts if count is not None]
        if not known:
            return None
        operations = (
            PASSES * flops(recipe, declared_shape(matrix, job.dataset)) * recipe.epochs * sum(known) / len(known)
        )
        return float(operations / (teraflops * 1e12))

    return seconds


def _training_signals(matrix: Matrix, dataset: str, ir: str) -> int | None:
    """Return the number of training signals at a ratio, None where neither settings nor data tell."""
    settings = matrix.dataset(dataset)
    meta = Path(matrix.store_job(dataset).output("meta", matrix.config.results))
    classes = settings.source.get("emitters")
    largest = settings.split.n_max
    with suppress(DamagedError):  # of a store that does not exist, too
        record = content.read_record(meta)
        classes, largest = len(record["class_names"]), largest or max(record["train_counts"])
    if classes is None or largest is None:
        return None
    return classes * largest if ir == "natural" else int(long_tail_counts(largest, ratio_value(ir), classes).sum())
