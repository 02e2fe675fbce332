"""Which rules carry out a method, and whose results each of them uses."""

from ltsei.config.stages import STAGES
from ltsei.core import registry
from ltsei.pipeline.recipes import Recipes
from ltsei.pipeline.rule_table import RULES, VIEWS


class MethodRules(Recipes):
    """The rules of each method of a configuration."""

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
        """Return whether a post-hoc step of a method declares that it uses `part`; see `Stage3.uses`."""
        steps = self.config.methods[method].stage3 or []
        names = [step if isinstance(step, str) else step["name"] for step in steps]
        return any(part in registry.declared("stage3_steps", name, "USES", []) for name in names)

    def is_transductive(self, method: str) -> bool:
        """Return whether a post-hoc step of a method learns from the test signals, without their labels."""
        owner = self.owner(method, "stage3")
        return owner is not None and self.steps_use(owner, "views")

    def is_oracle(self, method: str, dataset: str) -> bool:
        """Return whether stage 2 of a method trains on signals from outside the long-tailed set."""
        owner = self.owner(method, "stage2")
        return owner is not None and self.recipe("stage2", dataset, owner).settings.signals == "balanced"

    def test_rules(self, method: str) -> tuple[str, ...]:
        """Return the rules that apply the stage 3 of a method to the test signals, the one that writes logits last."""
        return (VIEWS, "stage3_transductive") if self.steps_use(method, "views") else ("stage3_test",)

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
        used |= set(self.test_rules(owners["stage3"])) if "stage3" in owners else set()
        used |= {"prepare_unlabelled"} if self.uses_unlabelled(method) else set()
        first = {stages[0] for owner in owners.values() if (stages := self.trial_stages(owner))}
        used |= {f"{stage}_{what}" for stage in first for what in ("trials", "choice")}
        if any(self.uses_features(owner, stage) for stage, owner in owners.items()):
            used.add(self.features_rule(method)[0])
        return [rule for rule in RULES if rule in used]

    def rule_owner(self, method: str, rule: str) -> str:
        """Return the method under whose name the results of a rule lie that `method` uses."""
        stage = RULES[rule].stage
        return (stage and self.owner(method, stage)) or self.canonical(method)
