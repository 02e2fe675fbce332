"""A cell of the matrix as the report sees it: the files it is made of, each read when it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from ltsei.pipeline import provenance
from ltsei.report import result_files
from ltsei.report.result_files import Choice
from ltsei.runtime import job_state, timings

COORDINATES = ("dataset", "ir", "seed", "method")
Condition = tuple[str, str]
"""(dataset, ir): a column of the matrix."""
Status = Literal["done", "out of date", "running", "failed", "stopped", "not started"]


@dataclass(frozen=True)
class CellFiles:
    """Where the files of one cell are expected; any of them may be absent.

    Attributes:
        dataset: name of the data set.
        ir: imbalance ratio in its canonical text, such as ``100``, ``2.5``, ``natural``.
        seed: of the experiment.
        method: name of the method.
        title: its name for readers.
        kind: its kind, such as ``re-weighting``.
        rank: place of the method in the configuration, from 0; it gives the method's colour in every report.
        blocks: the experiments which hold this cell.
        metrics: path of metrics.json; without this file the cell is not done.
        per_class: path of per_class.csv.
        confusion: path of confusion.csv (header of class names, row = true class).
        recipe: path of recipe.json.
        histories: (stage, history.csv) of every stage the cell uses, also where another method owns it.
        benchmarks: (stage, owning method, Snakemake's benchmark file); the owner is empty for what all methods share.
        expected: level -> fingerprint under the present configuration and code.
        logs: of the jobs that the cell needs, in the order in which they run.
        sweep: path of the values that post-hoc steps tried; empty for a method without such steps.
        diagnostics: path of diagnostics.json: what figures show of the cell beside its metrics.
        map: path of the map.json of its backbone.
    """

    dataset: str
    ir: str
    seed: int
    method: str
    title: str
    kind: str
    rank: int
    blocks: tuple[str, ...]
    metrics: str
    per_class: str
    confusion: str
    recipe: str
    histories: tuple[tuple[str, str], ...]
    benchmarks: tuple[tuple[str, str, str], ...]
    expected: Mapping[str, str]
    logs: tuple[str, ...]
    sweep: str
    diagnostics: str
    map: str


@dataclass(frozen=True)
class CellResult:
    """What was found of one cell; what does not exist is empty."""

    files: CellFiles

    @property
    def condition(self) -> Condition:
        """The column of the matrix in which the cell stands."""
        return self.files.dataset, self.files.ir

    @property
    def canonical(self) -> str:
        """The method below whose name the results lie; second names for the same results share it."""
        return Path(self.files.metrics).parent.name

    @cached_property
    def metrics(self) -> Mapping[str, float | None] | None:
        """Name -> number, None where undefined; None as a whole where the cell is not done."""
        if not Path(self.files.metrics).is_file():
            return None
        return {
            name: value for name, value in result_files.record(self.files.metrics).items() if name not in COORDINATES
        }

    @cached_property
    def per_class(self) -> list[dict[str, Any]]:
        """One mapping per class: label, class_name, group, counts, and rates in [0, 1] or None."""
        return result_files.per_class(self._done(self.files.per_class))

    @cached_property
    def confusion(self) -> list[list[int]]:
        """Counts [C][C], row = true class."""
        return [[int(count) for count in row] for row in result_files.rows(self._done(self.files.confusion))[1:]]

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """The whole recipe.json: ``recipe``, ``fingerprints`` and ``made`` by rule."""
        return result_files.record(self._done(self.files.recipe))

    @cached_property
    def recipe(self) -> dict[str, Any]:
        """Stage -> resolved recipe."""
        found: dict[str, Any] = self.provenance.get("recipe", {})
        return found

    @cached_property
    def stale(self) -> tuple[str, ...]:
        """Levels whose recorded fingerprint differs from the expected one; none for a cell that is not done."""
        if self.metrics is None:
            return ()
        return tuple(provenance.changed(self.provenance.get("fingerprints", {}), self.files.expected))

    @cached_property
    def choices(self) -> list[Choice]:
        """Parameters of the post-hoc steps, in the order of the steps."""
        return result_files.choices(self._done(self.files.sweep))

    @cached_property
    def diagnostics(self) -> dict[str, Any]:
        """What `ltsei.diagnostics.diagnose` returned."""
        return result_files.record(self._done(self.files.diagnostics))

    @cached_property
    def map(self) -> dict[str, list[int]]:
        """What `ltsei.embedding.feature_map` returned."""
        return result_files.record(self._done(self.files.map))

    @cached_property
    def seconds(self) -> float | None:
        """Wall time of the trainings and steps of the method, shared ones included; None unless all are known."""
        used = [path for stage, owner, path in self.files.benchmarks if owner and stage != "evaluate"]
        found = [timings.read(path) for path in used]
        known = [each.seconds for each in found if each is not None]
        return sum(known) if found and len(known) == len(found) else None

    @cached_property
    def status(self) -> tuple[Status, str, str]:
        """Where the cell stands, the log of the job that decides it, and the error in that."""
        if self.metrics is not None:
            return ("out of date" if self.stale else "done"), "", ""
        found = [(job_state.state(Path(log)), log) for log in self.files.logs]
        for wanted in ("running", "failed", "stopped"):
            for (state, says), log in reversed(found):
                if state == wanted:
                    return wanted, log, says if wanted == "failed" else ""
        return "not started", "", ""  # jobs before it may be done

    def _done(self, path: str) -> str:
        """Return the path of a file, nothing where the cell is not done: what an earlier run left does not count."""
        return "" if self.metrics is None else path
