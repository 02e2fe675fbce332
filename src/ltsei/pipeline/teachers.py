"""Teachers: the methods from whose logits a stage of another method learns, and what these logits are made with."""

import functools
from dataclasses import replace

from ltsei.config.recipe import Recipe
from ltsei.config.stages import STAGES
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.method_rules import MethodRules
from ltsei.pipeline.rule_table import RULES, TEST_RULES

LOGITS = "training_logits"
"""The rule that computes the logits of a teacher."""


class Teachers(MethodRules):
    """The teachers of the methods of a configuration."""

    @functools.cache  # noqa: B019 (lives as long as its process)
    def recipe(self, rule: str, dataset: str, method: str = "") -> Recipe:
        """Return the recipe of a rule; instead of a teacher's name it holds what that one's logits are made with.

        So the fingerprint of a stage changes with its teacher, and a new name of the teacher changes none.
        """
        recipe = super().recipe(rule, dataset, method)
        teacher = getattr(recipe.settings, "teacher", None)
        if not isinstance(teacher, str):
            return recipe
        fingerprints = {
            name: self.recipe(name, dataset, self.rule_owner(teacher, name)).fingerprint
            for name in self.rules_of_teacher(teacher)
        }
        settings = recipe.settings.model_copy(update={"teacher": fingerprints})
        return Recipe.of(rule, settings, self.scripts, RULES[rule].script)

    def rules_of_teacher(self, method: str) -> list[str]:
        """Return the rules on whose results the logits of a teacher rest, in the order in which they run."""
        used = {*self.rules_of(method), self.features_rule(method)[0], LOGITS} - {*TEST_RULES}
        return [rule for rule in RULES if rule in used]

    def teachers(self) -> list[str]:
        """Return the methods from which a stage of some method learns, under the names of their results."""
        named = (self.teacher(method, stage) for method in self.config.methods for stage in self.stages(method))
        return list(dict.fromkeys(self.canonical(teacher) for teacher in named if teacher))

    def logits_of_teachers(self, job: JobId) -> list[JobId]:
        """Return the jobs that compute the logits from which a job learns; trials may have several teachers."""
        stages = self.trial_stages(job.method) if RULES[job.rule].tuning == "trials" else (RULES[job.rule].stage,)
        named = (self.teacher(job.method, stage) for stage in stages if stage)
        owners = dict.fromkeys(self.canonical(teacher) for teacher in named if teacher)
        return [replace(job, rule=LOGITS, method=owner, trials="") for owner in owners]

    def all_teachers(self, method: str) -> list[str]:
        """Return the teachers of the stages that a method uses and the teachers of these, each after its own."""
        owners = {stage: owner for stage in STAGES if (owner := self.owner(method, stage))}
        named = (self.teacher(owner, stage) for stage, owner in owners.items())
        direct = [self.canonical(teacher) for teacher in named if teacher]
        return list(dict.fromkeys(name for teacher in direct for name in (*self.all_teachers(teacher), teacher)))
