"""What jobs have cost, by Snakemake's benchmark files, and what others of the same kind will (no torch).

A job that has not run is expected to take the median time of those that have: of the same rule, data set and method;
else of the same rule and data set with the same network, for as many epochs; else of the same rule and data set.
"""

import statistics
from collections.abc import Iterable
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from ltsei import timings
from ltsei.matrix import Matrix
from ltsei.timings import Timing

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
