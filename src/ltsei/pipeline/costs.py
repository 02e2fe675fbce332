"""What jobs have cost, by Snakemake's benchmark files, and what others of the same kind will (no torch).

A job that has not run is expected to take the median time of those that have: of the same rule, data set and method;
else of the same rule and data set with the same network, for as many epochs; else of the same rule and data set.
"""

import statistics
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from ltsei.core import files
from ltsei.numerics.long_tail import long_tail_counts
from ltsei.pipeline.matrix import Matrix, ratio_value
from ltsei.runtime import timings
from ltsei.runtime.timings import Timing

PASSES = 3
"""A training step costs about three forward passes: the gradient costs two more."""
BELOW = ("*", "*/ir*/seed*", "*/ir*/seed*/*")
"""Folders of data sets, of splits and of methods."""


class Work(NamedTuple):
    """What one job does: whose results of which rule, on which data set; `method` is empty for data."""

    rule: str
    dataset: str
    method: str


class History:
    """Times and peaks of memory of the jobs below a results folder."""

    def __init__(self, matrix: Matrix, results: Path) -> None:
        """Look below `results` when first asked."""
        self.matrix, self.results = matrix, results
        self.seconds = cache(self._seconds)

    @cached_property
    def measured(self) -> dict[Work, list[Timing]]:
        """What the jobs of each kind took."""
        found: dict[Work, list[Timing]] = {}
        paths = chain.from_iterable(self.results.glob(f"{below}/benchmarks/*.tsv") for below in BELOW)
        for path in paths:
            parts = path.relative_to(self.results).parts
            took = timings.read(path)
            if took and parts[0] in self.matrix.config.datasets:
                method = parts[3] if len(parts) > 5 else ""
                found.setdefault(Work(path.stem, parts[0], method), []).append(took)
        return found

    def _seconds(self, work: Work) -> float | None:
        """Return how long such a job is expected to take, None where nothing of its kind was measured."""
        own = self.measured.get(work)
        if own:
            return statistics.median(seconds for seconds, _ in own)
        like = [(other, times) for other, times in self.measured.items() if self._is_like(other, work)]
        same = [pair for pair in like if self._network(pair[0]) == self._network(work)]
        scaled = [
            seconds * self._epochs(work) / self._epochs(other) for other, times in same or like for seconds, _ in times
        ]
        return statistics.median(scaled) if scaled else None

    def memory_mb(self, work: Work) -> float | None:
        """Return the largest peak of memory of such jobs, None where none was measured."""
        return max((memory for _, memory in self.measured.get(work, []) if memory), default=None)

    @staticmethod
    def _is_like(other: Work, work: Work) -> bool:
        return (other.rule, other.dataset) == (work.rule, work.dataset)

    def _settings(self, work: Work) -> Any:
        method = work.method if work.rule in self.matrix.METHOD_RULES else None
        return self.matrix.recipe(work.rule, work.dataset, method).settings

    def _epochs(self, work: Work) -> int:
        known = work.method in self.matrix.config.methods
        return getattr(self._settings(work), "epochs", 1) if known and work.rule != "features" else 1

    def _network(self, work: Work) -> Any:
        known = work.method in self.matrix.rule_owners(work.rule) if work.rule in self.matrix.METHOD_RULES else False
        return getattr(self._settings(work), "backbone", None) if known else None


def hours(seconds: Iterable[float | None]) -> float:
    """Return hours of the known ones."""
    return sum(value for value in seconds if value is not None) / 3600


def estimator(matrix: Matrix, teraflops: float) -> Callable[[Work], float | None]:
    """Return a function that estimates the seconds of a job from the arithmetic of its network.

    It knows stage 1, which does nearly all the arithmetic there is; for other work it returns None.

    Args:
        matrix: whose jobs.
        teraflops: what the device sustains, in 10¹² operations a second.
    """
    ratios: dict[str, set[str]] = {}
    for cell in matrix.cells():
        ratios.setdefault(cell.dataset, set()).add(cell.ir)

    def seconds(work: Work) -> float | None:
        from ltsei.training.flops import flops  # torch takes a second to load

        if work.rule != "stage1":
            return None
        recipe = matrix.recipe("stage1", work.dataset, work.method).settings
        signals = [_training_signals(matrix, work.dataset, ir) for ir in ratios[work.dataset]]
        known = [count for count in signals if count is not None]
        if not known:
            return None
        return PASSES * flops(recipe) * recipe.epochs * sum(known) / len(known) / (teraflops * 1e12)

    return seconds


def _training_signals(matrix: Matrix, dataset: str, ir: str) -> int | None:
    """Return how many training signals there are at a ratio, None where neither settings nor data tell."""
    settings, meta = matrix.dataset(dataset), Path(matrix.config.results, dataset, "signals", "meta.json")
    classes = settings.source.get("emitters")
    largest = settings.split.n_max
    if meta.exists():
        content = files.read_json(meta)
        classes, largest = len(content["class_names"]), largest or max(content["train_counts"])
    if classes is None or largest is None:
        return None
    return classes * largest if ir == "natural" else int(long_tail_counts(largest, ratio_value(ir), classes).sum())
