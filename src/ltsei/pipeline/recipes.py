"""The recipe of every job: its resolved settings, its code, and the fingerprint of both."""

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ltsei.config import effective_settings
from ltsei.config.experiment import Config
from ltsei.config.recipe import Choice, ConditionTests, OpenSet, Recipe, Trials, Views
from ltsei.config.search_space import search_space
from ltsei.config.stages import STAGES
from ltsei.core import registry
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.ownership import Ownership
from ltsei.pipeline.rule_table import APPLYING, OPEN_SET, RULES, VIEWS


class Recipes(Ownership):
    """The recipes of a configuration, computed once per rule, data set and method."""

    def __init__(self, config: Config, scripts: Path) -> None:
        """Take a configuration whose names all exist, and the folder of the rules' scripts."""
        super().__init__(config)
        self.scripts = scripts

    @functools.cache  # noqa: B019 (lives as long as its process)
    def recipe(self, rule: str, dataset: str, method: str = "") -> Recipe:
        """Return the recipe of a rule; `method` owns its stage and is empty where the method does not matter."""
        stage = RULES[rule].stage
        settings: Any
        if rule in APPLYING:
            settings = self._applying_settings(rule, dataset, method)
        elif stage is None:
            settings = effective_settings.data_settings(self.config, rule, dataset)
        elif RULES[rule].tuning in ("trials", "choice"):
            settings = self._tuning_settings(rule, dataset, method)
        elif rule == VIEWS:
            settings = self._view_settings(dataset, method)
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

    def _view_settings(self, dataset: str, method: str) -> Views:
        """Return how the views are made that a step of a method uses, and how its network computes."""
        steps = self.recipe("stage3", dataset, method).settings.steps
        using = (step for step in steps if "views" in registry.declared("stage3_steps", step["name"], "USES", []))
        return Views(augmentations=next(using)["augmentations"], **self._network_settings(dataset, method))

    def _applying_settings(self, rule: str, dataset: str, method: str) -> OpenSet | ConditionTests:
        """Return how the network of a method computes, and the conditions under which it is tested."""
        network = self._network_settings(dataset, method)
        if rule == OPEN_SET:
            return OpenSet(**network)
        data = self.config.datasets[dataset]
        return ConditionTests(conditions=data.test_conditions, groups=data.groups, **network)

    def _network_settings(self, dataset: str, method: str) -> dict[str, Any]:
        """Return how the network of a method computes: as in the last stage that trains its backbone."""
        owners = {stage: owner for stage in ("stage1", "stage2") if (owner := self.owner(method, stage))}
        trained = [self.recipe(stage, dataset, owner).settings for stage, owner in owners.items()]
        network = [settings for settings in trained if getattr(settings, "moves_backbone", True)][-1]
        return {key: getattr(network, key) for key in ("batch_size", "precision", "threads")}

    def recipe_of(self, job: JobId) -> Recipe:
        """Return the recipe of a job."""
        matters = RULES[job.rule].stage or job.rule in APPLYING
        return self.recipe(job.rule, job.dataset, job.method if matters else "")

    def defined_stages(self) -> Iterator[tuple[str, str, str]]:
        """Yield (stage, dataset, method) for every stage that a method defines itself, on every data set."""
        for stage in STAGES:
            for method in self.owners(stage):
                yield from ((stage, dataset, method) for dataset in self.config.datasets)
