"""One cell of the matrix: the paths of its files, and their contents, read on demand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from ltsei.core import content
from ltsei.core.errors import InputError
from ltsei.pipeline import provenance
from ltsei.pipeline.rule_table import untuned
from ltsei.report import file_shapes, result_files
from ltsei.report.cell_files import CellFiles
from ltsei.report.result_files import Choice
from ltsei.report.searches import Search, read_search, read_selection
from ltsei.runtime import job_state, timings

COORDINATES = ("dataset", "ir", "seed", "method")
Condition = tuple[str, str]
"""A data set at one imbalance ratio, (dataset, ir): a column of the matrix."""
Status = Literal["done", "out of date", "damaged", "running", "failed", "stopped", "not started"]


@dataclass(frozen=True, eq=False)
class CellResult:
    """The contents of one cell's files; that of an absent file is empty, and so is all of a damaged cell."""

    files: CellFiles

    @property
    def condition(self) -> Condition:
        """The column of the matrix that holds the cell."""
        return self.files.dataset, self.files.ir

    @property
    def origin(self) -> str:
        """The data set whose prepared signals are used; data sets that share them are not independent."""
        return self.files.origin or self.files.dataset

    @property
    def results_of(self) -> str:
        """The method under whose name the results lie; methods that are aliases of each other share it."""
        return Path(self.files.metrics).parent.name

    @cached_property
    def _evaluation(self) -> tuple[dict[str, Any], dict[str, Any], str]:
        """The contents of metrics.json and recipe.json; both empty, with what is wrong, where a file is damaged."""
        if not content.exists(self.files.metrics):
            return {}, {}, ""
        try:
            record = content.check_record(self.files.recipe)
            numbers = result_files.parsed(self.files.metrics, file_shapes.metrics, dict[str, Any]())
            if content.CONTENTS not in record:  # of an earlier version: no hashes were compared
                self._read_strictly()
            return numbers, record, ""
        except (InputError, OSError) as error:
            return {}, {}, str(error)

    def _read_strictly(self) -> None:
        """Raise DamagedError where a file of the evaluation cannot be used."""
        classes, counts = result_files.per_class(self.files.per_class), result_files.confusion(self.files.confusion)
        result_files.parsed(self.files.diagnostics, file_shapes.diagnostics, dict[str, Any]())
        if classes and counts and len(classes) != len(counts):
            raise content.DamagedError(self.files.per_class, "cannot be used (not the classes of confusion.csv)")

    @property
    def damage(self) -> str:
        """What is wrong with the files of the evaluation; empty where nothing is."""
        return self._evaluation[2]

    @cached_property
    def metrics(self) -> Mapping[str, float | None] | None:
        """Metric -> number, None where undefined; None as a whole if the cell is not done, or damaged."""
        numbers = self._evaluation[0]
        if not numbers:
            return None
        return {name: value for name, value in numbers.items() if name not in COORDINATES} | self._prior_accuracies

    def value(self, metric: str) -> float | None:
        """Return a metric; None where it is undefined or the cell is not done."""
        return (self.metrics or {}).get(metric)

    @cached_property
    def per_class(self) -> list[dict[str, Any]]:
        """One mapping per class: label, class_name, group, counts, and rates in [0, 1] or None."""
        return result_files.or_nothing(result_files.per_class, self._if_done(self.files.per_class), [])

    @cached_property
    def confusion(self) -> list[list[int]]:
        """Counts [C][C], row = true class."""
        return result_files.or_nothing(result_files.confusion, self._if_done(self.files.confusion), [])

    @property
    def provenance(self) -> dict[str, Any]:
        """The whole recipe.json: ``recipe``, ``fingerprints`` and ``made`` by rule."""
        return self._evaluation[1]

    @cached_property
    def recipe(self) -> dict[str, Any]:
        """Rule -> resolved recipe."""
        return dict(self.provenance.get("recipe", {}))

    @property
    def stages(self) -> dict[str, Any]:
        """Rule of each stage -> its resolved recipe, that of the chosen trial where the stage is tuned."""
        return {untuned(rule): settings for rule, settings in self.recipe.items()}

    @cached_property
    def stale(self) -> tuple[str, ...]:
        """Levels whose recorded fingerprint differs from the expected one; none if the cell is not done."""
        if self.metrics is None:
            return ()
        return tuple(provenance.changed(self.provenance.get("fingerprints", {}), self.files.expected))

    @cached_property
    def choices(self) -> list[Choice]:
        """Parameters of the post-hoc steps, in the order of the steps."""
        return result_files.or_nothing(result_files.choices, self._if_done(self.files.sweep), [])

    @cached_property
    def searches(self) -> list[Search]:
        """The trials that the cell depends on; none if it is not done."""
        return list(filter(None, map(read_search, () if self.metrics is None else self.files.searches)))

    @property
    def search(self) -> Search | None:
        """The trials of the method itself; None if it has none, such as for an alias and for post-hoc steps alone."""
        return next((search for search in self.searches if search.files.owner == self.results_of), None)

    @cached_property
    def selection(self) -> dict[str, Any]:
        """What a choice on the test part would have given (`select_on_test`); nothing where it was not computed."""
        return read_selection(self._if_done(self.files.selection))

    @cached_property
    def diagnostics(self) -> dict[str, Any]:
        """What `evaluation.diagnostics.diagnose` returned."""
        return self._record(self.files.diagnostics, file_shapes.diagnostics)

    @cached_property
    def domains(self) -> list[dict[str, Any]]:
        """What `evaluation.domain_scores.domain_scores` returned; nothing where signals have no domains."""
        path = self._if_done(self.files.domains)
        return result_files.or_nothing(lambda each: result_files.parsed(each, file_shapes.domains, []), path, [])

    @cached_property
    def open_set(self) -> dict[str, Any]:
        """What `evaluation.open_set.open_set_metrics` returned; nothing where no class is unknown."""
        return self._record(self.files.open_set, file_shapes.open_set)

    @cached_property
    def test_conditions(self) -> list[dict[str, Any]]:
        """Rows of the scores on disturbed test signals: condition, level, and metrics; none without conditions."""
        return result_files.or_nothing(result_files.test_conditions, self._if_done(self.files.test_conditions), [])

    @property
    def _prior_accuracies(self) -> dict[str, float | None]:
        """Metric -> accuracy under a test prior; none without priors."""
        path = self.files.test_priors
        return result_files.or_nothing(lambda each: result_files.parsed(each, file_shapes.test_priors, {}), path, {})

    @property
    def expert_usage(self) -> Mapping[str, Any] | None:
        """How a mixture of experts uses them, from `evaluation.expert_usage`; None for any other head."""
        return self.diagnostics.get("experts")

    @cached_property
    def map(self) -> dict[str, list[int]]:
        """What `evaluation.embedding.feature_map` returned."""
        return self._record(self.files.map, file_shapes.feature_map)

    @cached_property
    def seconds(self) -> float | None:
        """Wall time of the jobs that train and choose, shared ones included; None unless all are measured.

        A tuned method costs all its trials, not only the chosen one.
        """
        paths = [path for stage, owner, path in self.files.benchmarks if owner and stage != "evaluate"]
        measured = [timing.seconds for path in paths if (timing := timings.read(path)) is not None]
        return sum(measured) if paths and len(measured) == len(paths) else None

    @cached_property
    def status(self) -> tuple[Status, str, str]:
        """The state of the cell, the log of the job that decides it, and the error in that log or what is damaged."""
        if self.damage:
            return "damaged", "", self.damage
        if self.metrics is not None:
            return ("out of date" if self.stale else "done"), "", ""
        states = [(job_state.state(Path(log)), log) for log in self.files.logs]
        for wanted in ("running", "failed", "stopped"):
            for (state, message), log in reversed(states):
                if state == wanted:
                    return wanted, log, message if wanted == "failed" else ""
        return "not started", "", ""  # jobs before it may be done

    def _record(self, path: str, parse: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return result_files.or_nothing(lambda each: result_files.parsed(each, parse, {}), self._if_done(path), {})

    def _if_done(self, path: str) -> str:
        """Return `path`, or nothing if the cell is not done: files of an earlier run do not count."""
        return "" if self.metrics is None else path
