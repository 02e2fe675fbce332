"""The experiment matrix: its cells, the jobs that they share, and the recipe of each job."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ltsei.config.dataset import Dataset
from ltsei.config.experiment import Config
from ltsei.config.stages import STAGES, Stage1
from ltsei.core.run_seeds import RunSeed, parse_seed
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.ratios import ratio_text
from ltsei.pipeline.rule import DATASET
from ltsei.pipeline.rule_table import APPLYING, PRIORS, RULES, TEST_RULES
from ltsei.pipeline.teachers import LOGITS, Teachers

EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, order=True)
class Cell:
    """One method under one data set, imbalance ratio and seed; `ir` is canonical text such as ``100``."""

    dataset: str
    ir: str
    seed: RunSeed
    method: str


class Matrix(Teachers):
    """All cells of a validated configuration and the jobs they share; `load.load_matrix` makes one.

    Attributes:
        left_out: combinations of sweeps that make no sense -> why.
    """

    def __init__(self, config: Config, scripts: Path, left_out: Mapping[str, str] = EMPTY) -> None:
        """Take a configuration whose names all exist, and the folder of the rules' scripts."""
        super().__init__(config, scripts)
        self.left_out = left_out

    @functools.cache  # noqa: B019 (lives as long as its process)
    def blocks(self) -> dict[str, list[Cell]]:
        """Return the cells of each enabled block, each cell once, in the order of the configuration."""
        return {
            name: list(
                dict.fromkeys(
                    Cell(dataset, ratio_text(ratio), seed, method)
                    for dataset in block.datasets
                    for ratio in block.imbalance_ratios
                    for seed in block.run_seeds()
                    for method in self.config.block_methods(block)
                )
            )
            for name, block in self.config.experiments.items()
            if name in self.config.run
        }

    @functools.cache  # noqa: B019 (lives as long as its process)
    def cells(self) -> list[Cell]:
        """Return every cell of the enabled blocks once."""
        return list(dict.fromkeys(cell for block in self.blocks().values() for cell in block))

    def datasets(self) -> list[str]:
        """Return the data sets of the enabled blocks."""
        return list(dict.fromkeys(cell.dataset for cell in self.cells()))

    def stores(self) -> list[str]:
        """Return the data sets whose prepared signals the enabled blocks use."""
        return list(dict.fromkeys(map(self.store, self.datasets())))

    def figure_cells(self) -> list[Cell]:
        """Return the cells whose figures the configuration asks for as files."""
        chosen = self.config.figures.cells
        if chosen == "none":
            return []
        if chosen == "first_seed":
            first = {(cell.dataset, cell.ir, cell.method): cell for cell in reversed(self.cells())}
            return [cell for cell in self.cells() if first[cell.dataset, cell.ir, cell.method] == cell]
        return [
            Cell(each.dataset, ratio_text(each.imbalance_ratio), parse_seed(each.seed), each.method) for each in chosen
        ]

    def figure_methods(self) -> list[str]:
        """Return the methods of `figure_cells`."""
        return list(dict.fromkeys(cell.method for cell in self.figure_cells()))

    def shown_methods(self) -> list[str]:
        """Return the methods of the enabled blocks in the order of their first appearance."""
        return list(dict.fromkeys(cell.method for cell in self.cells()))

    def dataset(self, name: str) -> Dataset:
        """Return the settings of a data set."""
        return self.config.datasets[name]

    def rule_owners(self, rule: str) -> list[str]:
        """Return the methods with results of their own for a rule."""
        if rule in ("evaluate", "domain_metrics", PRIORS):
            return self.canonical_methods()
        if rule in APPLYING:  # to signals other than those that a transductive method has learned from
            return [method for method in self.canonical_methods() if not self.is_transductive(method)]
        if rule in TEST_RULES:
            return [method for method in self.owners("stage3") if rule in self.test_rules(method)]
        if rule == LOGITS:
            return self.teachers()
        if RULES[rule].tuning in ("trials", "choice"):
            return [method for method in self.config.methods if self.trial_stages(method)[:1] == (RULES[rule].stage,)]
        if rule == "features":
            readers = [m for stage in STAGES for m in self.owners(stage) if self.uses_features(m, stage)]
            readers += [*(cell.method for cell in self.figure_cells()), *self.teachers()]
            owners = [owner for writer, owner in map(self.features_rule, readers) if writer == "features"]
            return list(dict.fromkeys(owners))
        return [m for stage in STAGES for m in self.owners(stage) if self.stage_rule(m, stage) == rule]

    def job(self, cell: Cell, rule: str) -> JobId:
        """Return the job of a rule whose results a cell uses, whichever method or data set owns them."""
        if RULES[rule].place == DATASET:
            return self.store_job(cell.dataset, rule)
        wildcards = {**vars(cell), "seed": str(cell.seed), "method": self.rule_owner(cell.method, rule)}
        return JobId(rule, **{name: value for name, value in wildcards.items() if f"{{{name}}}" in RULES[rule].place})

    def jobs_of(self, cell: Cell) -> list[JobId]:
        """Return the jobs that the metrics of a cell depend on, in the order in which they run."""
        return self._with_teachers(self.own_jobs(cell))

    def own_jobs(self, cell: Cell) -> list[JobId]:
        """Return the same jobs without those that only compute the logits of teachers."""
        rules = ("prepare", "make_split", *self.rules_of(cell.method), "evaluate")
        jobs = [job for rule in rules for job in self.jobs_of_rule(cell, rule)]
        return [*self._trials_on_choice_seeds(cell), *jobs]

    def _with_teachers(self, jobs: Sequence[JobId]) -> list[JobId]:
        """Return jobs, each after those that compute the logits from which it learns."""
        ordered: dict[JobId, None] = {}
        for job in jobs:
            for logits in self.logits_of_teachers(job):
                cell = Cell(logits.dataset, logits.ir, parse_seed(logits.seed), logits.method)
                rules = self.rules_of_teacher(logits.method)
                ordered |= dict.fromkeys(self._with_teachers([self.job(cell, rule) for rule in rules]))
            ordered[job] = None
        return list(ordered)

    def _trials_on_choice_seeds(self, cell: Cell) -> list[JobId]:
        """Return the trials on other seeds by which those of a cell are chosen, and the jobs that they depend on."""
        owners = {owner for stage in STAGES if (owner := self.owner(cell.method, stage)) and self.trial_stages(owner)}
        seeds = next((self.tuning(owner).choice_seeds for owner in owners), [])
        if cell.seed in seeds:
            return []
        earlier: list[JobId] = []
        for seed in seeds:
            jobs = self.own_jobs(replace(cell, seed=seed))
            last = max(index for index, job in enumerate(jobs) if RULES[job.rule].tuning == "trials")
            earlier += jobs[: last + 1]
        return earlier

    def jobs_of_rule(self, cell: Cell, rule: str) -> list[JobId]:
        """Return the jobs of a rule whose results a cell uses: one, or several that divide the trials."""
        job = self.job(cell, rule)
        if RULES[rule].tuning != "trials":
            return [job]
        return [replace(job, trials=trials) for trials in self.tuning(job.method).jobs(cell.seed)]

    def jobs(self) -> list[JobId]:
        """Return every job of the matrix once, rule by rule; reports and what only they need are left out."""
        figures = (self.job(cell, self.features_rule(cell.method)[0]) for cell in self.figure_cells())
        jobs = dict.fromkeys([*(job for cell in self.cells() for job in self.jobs_of(cell)), *figures])
        return sorted(jobs, key=lambda job: list(RULES).index(job.rule))

    def expected(self, cell: Cell) -> dict[str, str]:
        """Return rule -> fingerprint of all that a cell's metrics depend on, under this configuration and code."""
        return {job.rule: self.recipe_of(job).fingerprint for job in self.own_jobs(cell)}

    def used_stages(self) -> Iterator[tuple[str, str, str]]:
        """Yield (stage, dataset, owner) of every stage that a cell of the matrix needs, each once."""
        cells = dict.fromkeys((cell.dataset, cell.method) for cell in self.cells())
        pairs = [(dataset, name) for dataset, method in cells for name in (method, *self.all_teachers(method))]
        stages = ((stage, dataset, self.owner(method, stage)) for dataset, method in pairs for stage in STAGES)
        yield from dict.fromkeys((stage, dataset, owner) for stage, dataset, owner in stages if owner)

    def stage_settings(self) -> dict[str, Any]:
        """Return the settings of `used_stages` under names for messages."""
        return {f"methods.{o}.{stage} on {d}": self.recipe(stage, d, o).settings for stage, d, o in self.used_stages()}

    def stage1_of_stage2(self) -> dict[str, Stage1]:
        """Return the settings of the stage 1 below each stage 2 of `stage_settings`, under the same names."""
        return {
            f"methods.{o}.stage2 on {d}": self.recipe("stage1", d, self.owner(o, "stage1") or "").settings
            for stage, d, o in self.used_stages()
            if stage == "stage2"
        }
