"""The experiment matrix: its cells, the jobs that they share, and the recipe of each job."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ltsei.config import effective_settings
from ltsei.config.dataset import Dataset
from ltsei.config.experiment import Config
from ltsei.config.recipe import Choice, Recipe, Trials
from ltsei.config.search_space import search_space
from ltsei.config.stages import STAGES, Stage1
from ltsei.core import registry
from ltsei.core.run_seeds import RunSeed, parsed
from ltsei.pipeline.ownership import Ownership
from ltsei.pipeline.rule_table import DATASET, RULES, JobId


@dataclass(frozen=True, order=True)
class Cell:
    """One method under one data set, imbalance ratio and seed; `ir` is canonical text such as ``100``."""

    dataset: str
    ir: str
    seed: RunSeed
    method: str


class Matrix(Ownership):
    """All cells of a validated configuration and the jobs they share; `load.load_matrix` makes one."""

    def __init__(self, config: Config, scripts: Path) -> None:
        """Take a configuration whose names all exist, and the folder of the rules' scripts."""
        super().__init__(config)
        self.scripts = scripts

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
        return [Cell(each.dataset, ratio_text(each.imbalance_ratio), parsed(each.seed), each.method) for each in chosen]

    def figure_methods(self) -> list[str]:
        """Return the methods of `figure_cells`."""
        return list(dict.fromkeys(cell.method for cell in self.figure_cells()))

    def shown_methods(self) -> list[str]:
        """Return the methods of the enabled blocks in the order of their first appearance."""
        return list(dict.fromkeys(cell.method for cell in self.cells()))

    def dataset(self, name: str) -> Dataset:
        """Return the settings of a data set."""
        return self.config.datasets[name]

    def stage_rule(self, method: str, stage: str) -> str:
        """Return the rule that writes the results of a stage of a method.

        Stage 2 has two, one for a backbone that moves; of a tuned method, the results are those of the chosen trial.
        """
        rule = "stage2_finetune" if stage == "stage2" and any(self.moves_backbone(method)) else stage
        return f"{rule}_tuned" if stage in self.trial_stages(method) else rule

    def moves_backbone(self, method: str) -> set[bool]:
        """Return whether stage 2 of a method moves the backbone, over the data sets of the enabled blocks."""
        datasets = dict.fromkeys(name for block in self.config.run for name in self.config.experiments[block].datasets)
        return {self.recipe("stage2", dataset, method).settings.moves_backbone for dataset in datasets}

    def uses_features(self, method: str, stage: str, part: str = "features") -> bool:
        """Return whether `stage` of `method` reads cached features, or those of ``train_features``."""
        if self.trains_backbone_in_trials(method, stage):
            return False
        if stage == "stage3":
            return self.steps_use(method, part)
        return stage == "stage2" and not any(self.moves_backbone(method))

    def steps_use(self, method: str, part: str) -> bool:
        """Return whether a post-hoc step of `method` declares that it uses ``features`` or ``train_features``."""
        steps = self.config.methods[method].stage3 or []
        names = [step if isinstance(step, str) else step["name"] for step in steps]
        return any(part in registry.declared("stage3_steps", name, "USES", []) for name in names)

    def trains_backbone_in_trials(self, method: str, stage: str) -> bool:
        """Return whether `stage` is carried out in trials that train the backbone, too, so that features are theirs."""
        stages = self.trial_stages(method)
        moving = "stage2" in stages and any(self.moves_backbone(method))
        return stage in stages and ("stage1" in stages or (moving and stage == "stage3"))

    def features_rule(self, method: str) -> tuple[str, str]:
        """Return the rule that writes the features of a method's backbone, and the method that owns them."""
        owner = self.owner(method, "stage2")
        if owner and any(self.moves_backbone(owner)):
            return self.stage_rule(owner, "stage2"), owner
        return "features", self.rule_owner(method, "features")

    def backbone_owners(self) -> list[str]:
        """Return the methods that own the backbone of some method."""
        return list(dict.fromkeys(self.features_rule(method)[1] for method in self.config.methods))

    def rules_of(self, method: str) -> list[str]:
        """Return the rules for stages and features whose results a method uses, in the order in which they run."""
        owners = {stage: owner for stage in STAGES if (owner := self.owner(method, stage))}
        used = {self.stage_rule(owner, stage) for stage, owner in owners.items()}
        used |= {"stage3_test"} if "stage3" in owners else set()
        first = {stages[0] for owner in owners.values() if (stages := self.trial_stages(owner))}
        used |= {f"{stage}_{what}" for stage in first for what in ("trials", "choice")}
        if any(self.uses_features(owner, stage) for stage, owner in owners.items()):
            used.add(self.features_rule(method)[0])
        return [rule for rule in RULES if rule in used]

    def rule_owner(self, method: str, rule: str) -> str:
        """Return the method under whose name the results of a rule lie that `method` uses."""
        stage = RULES[rule].stage
        return (stage and self.owner(method, stage)) or self.canonical(method)

    def rule_owners(self, rule: str) -> list[str]:
        """Return the methods with results of their own for a rule."""
        if rule == "evaluate":
            return self.canonical_methods()
        if rule == "stage3_test":
            return self.owners("stage3")
        if RULES[rule].tuning in ("trials", "choice"):
            return [method for method in self.config.methods if self.trial_stages(method)[:1] == (RULES[rule].stage,)]
        if rule == "features":
            readers = [m for stage in STAGES for m in self.owners(stage) if self.uses_features(m, stage)]
            readers += [cell.method for cell in self.figure_cells()]
            owners = [owner for writer, owner in map(self.features_rule, readers) if writer == "features"]
            return list(dict.fromkeys(owners))
        return [m for stage in STAGES for m in self.owners(stage) if self.stage_rule(m, stage) == rule]

    @functools.cache  # noqa: B019 (lives as long as its process)
    def recipe(self, rule: str, dataset: str, method: str = "") -> Recipe:
        """Return the recipe of a rule; `method` owns its stage and is empty where the method does not matter."""
        stage = RULES[rule].stage
        if stage is None:
            settings = effective_settings.data_settings(self.config, rule, dataset)
        elif RULES[rule].tuning in ("trials", "choice"):
            settings = self._tuning_settings(rule, dataset, method)
        else:
            stage1_owner = self.owner(method, "stage1") or ""
            settings = effective_settings.stage_settings(self.config, stage, dataset, method, stage1_owner)
        return Recipe.of(rule, settings, self.scripts, RULES[rule].script)

    def _tuning_settings(self, rule: str, dataset: str, method: str) -> Trials | Choice:
        """Return the settings of the trials of a tuned method, or of the choice among them."""
        tuning = self.tuning(method)
        stages: dict[str, Any] = {
            stage: self.recipe(stage, dataset, method).settings for stage in self.trial_stages(method)
        }
        searched: dict[str, Any] = {stage: settings for stage, settings in stages.items() if stage in tuning.stages}
        space = search_space(searched, tuning.search)
        if RULES[rule].tuning == "trials":
            return Trials(stages=stages, space=space)
        return Choice(trials=tuning.trials, select_by=tuning.select_by, space=space)

    def recipe_of(self, job: JobId) -> Recipe:
        """Return the recipe of a job."""
        return self.recipe(job.rule, job.dataset, job.method if RULES[job.rule].stage else "")

    def job(self, cell: Cell, rule: str) -> JobId:
        """Return the job of a rule whose results a cell uses, whichever method or data set owns them."""
        if RULES[rule].place == DATASET:
            return self.store_job(cell.dataset, rule)
        wildcards = {**vars(cell), "seed": str(cell.seed), "method": self.rule_owner(cell.method, rule)}
        return JobId(rule, **{name: value for name, value in wildcards.items() if f"{{{name}}}" in RULES[rule].place})

    def jobs_of(self, cell: Cell) -> list[JobId]:
        """Return the jobs that the metrics of a cell depend on, in the order in which they run."""
        rules = ("prepare", "make_split", *self.rules_of(cell.method), "evaluate")
        jobs = [job for rule in rules for job in self.jobs_of_rule(cell, rule)]
        return [*self._trials_on_choice_seeds(cell), *jobs]

    def _trials_on_choice_seeds(self, cell: Cell) -> list[JobId]:
        """Return the trials on other seeds by which those of a cell are chosen, and the jobs that they depend on."""
        owners = {owner for stage in STAGES if (owner := self.owner(cell.method, stage)) and self.trial_stages(owner)}
        seeds = next((self.tuning(owner).choice_seeds for owner in owners), [])
        if cell.seed in seeds:
            return []
        found: list[JobId] = []
        for seed in seeds:
            jobs = self.jobs_of(replace(cell, seed=seed))
            last = max(index for index, job in enumerate(jobs) if RULES[job.rule].tuning == "trials")
            found += jobs[: last + 1]
        return found

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
        return {job.rule: self.recipe_of(job).fingerprint for job in self.jobs_of(cell)}

    def defined_stages(self) -> Iterator[tuple[str, str, str]]:
        """Yield (stage, dataset, method) for every stage that a method defines itself, on every data set."""
        for stage in STAGES:
            for method in self.owners(stage):
                yield from ((stage, dataset, method) for dataset in self.config.datasets)

    def used_stages(self) -> Iterator[tuple[str, str, str]]:
        """Yield (stage, dataset, owner) of every stage that a cell of the matrix needs, each once."""
        pairs = dict.fromkeys((cell.dataset, cell.method) for cell in self.cells())
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


def ratio_text(ratio: float | str) -> str:
    """Return a ratio as it stands in paths: ``100``, ``2.5``, ``natural``."""
    return ratio if isinstance(ratio, str) else f"{ratio:.10g}"


def ratio_value(text: str) -> Any:
    """Return the number that `ratio_text` wrote, or ``natural``."""
    return text if text == "natural" else float(text)
