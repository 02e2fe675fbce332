"""The experiment matrix: its cells, who owns which work, and the resolved recipe of every stage (no torch)."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ltsei.config import layers
from ltsei.config.experiment import Config, Dataset
from ltsei.config.recipe import Recipe
from ltsei.config.stages import Stage1
from ltsei.core import registry

STAGES = ("stage1", "stage2", "stage3")


@dataclass(frozen=True, order=True)
class Cell:
    """One number of seeds, ratios, data sets and methods each; `ir` is canonical text."""

    dataset: str
    ir: str
    seed: int
    method: str


class Matrix:
    """The algebra of a checked configuration; `gate.load` makes one."""

    METHOD_RULES = ("stage1", "features", "stage2", "stage2_finetune", "stage3")
    """Rules whose recipe depends on the method; that of the others depends on the data set alone."""

    def __init__(self, config: Config, scripts: Path) -> None:
        """Take a configuration whose names all exist, and the folder of the rules' scripts."""
        self.config = config
        self.scripts = scripts

    @functools.cache  # noqa: B019 (a matrix lives as long as its process)
    def blocks(self) -> dict[str, list[Cell]]:
        """Return the cells of each block that is on, each once, in the order of the configuration."""
        return {
            name: list(
                dict.fromkeys(
                    Cell(dataset, ratio_text(ratio), seed, method)
                    for dataset in block.datasets
                    for ratio in block.imbalance_ratios
                    for seed in block.seeds
                    for method in self.config.block_methods(block)
                )
            )
            for name, block in self.config.experiments.items()
            if name in self.config.run
        }

    @functools.cache  # noqa: B019 (a matrix lives as long as its process)
    def cells(self) -> list[Cell]:
        """Return every cell once, over all blocks that are on."""
        return list(dict.fromkeys(cell for block in self.blocks().values() for cell in block))

    def figure_cells(self) -> list[Cell]:
        """Return the cells of which the configuration wants figures as files."""
        chosen = self.config.figures.cells
        if chosen == "none":
            return []
        if chosen == "first_seed":
            first = {(cell.dataset, cell.ir, cell.method): cell for cell in reversed(self.cells())}
            return [cell for cell in self.cells() if first[cell.dataset, cell.ir, cell.method] == cell]
        return [Cell(cell.dataset, ratio_text(cell.imbalance_ratio), cell.seed, cell.method) for cell in chosen]

    def shown_methods(self) -> list[str]:
        """Return the methods of all blocks that are on, in the order of their first appearance."""
        return list(dict.fromkeys(cell.method for cell in self.cells()))

    def stages(self, method: str) -> tuple[str, ...]:
        """Return the stages which a method defines itself; none for an alias."""
        return tuple(stage for stage in STAGES if getattr(self.config.methods[method], stage) is not None)

    @functools.cache  # noqa: B019 (a matrix lives as long as its process)
    def owner(self, method: str, stage: str) -> str | None:
        """Return the method whose work `method` uses for `stage`, None where it has no such stage."""
        own = self.stages(method)
        if stage in own:
            return method
        parent = self.config.methods[method].from_
        if parent is None or (own and STAGES.index(stage) > STAGES.index(own[0])):
            return None
        return self.owner(parent, stage)

    def allowed(self, method: str) -> bool:
        """Return whether the prior is corrected twice somewhere in what a method uses, as it says itself."""
        owners = {self.owner(method, stage) for stage in STAGES} - {None}
        return any(self.config.methods[owner].allow for owner in owners if owner)

    def owners(self, stage: str) -> list[str]:
        """Return the methods which define `stage` themselves."""
        return [method for method in self.config.methods if stage in self.stages(method)]

    def canonical(self, method: str) -> str:
        """Return the method itself, or the one that it is an alias of."""
        parent = self.config.methods[method].from_
        return method if self.stages(method) or parent is None else self.canonical(parent)

    def canonical_methods(self) -> list[str]:
        """Return the methods which have results of their own: all but the aliases."""
        return list(dict.fromkeys(map(self.canonical, self.config.methods)))

    def last_stage(self, method: str, before: str | None = None) -> str:
        """Return a method's last stage, or its last one before the stage `before`."""
        limit = STAGES.index(before) if before else len(STAGES)
        return next(stage for stage in reversed(STAGES[:limit]) if self.owner(method, stage))

    def stage_rule(self, method: str, stage: str) -> str:
        """Return the rule by which a method does a stage: one of two for stage 2, by whether the backbone moves."""
        return "stage2_finetune" if stage == "stage2" and any(self.moves_backbone(method)) else stage

    def moves_backbone(self, method: str) -> set[bool]:
        """Return whether stage 2 of a method moves the backbone, over the data sets of the matrix; one of both."""
        datasets = dict.fromkeys(name for block in self.config.run for name in self.config.experiments[block].datasets)
        return {self.recipe("stage2", dataset, method).settings.moves_backbone for dataset in datasets}

    def uses_features(self, method: str, stage: str, which: str = "features") -> bool:
        """Return whether `stage` of `method` reads cached features, or ``train_features``."""
        if stage == "stage3":
            steps = self.config.methods[method].stage3 or []
            names = [step if isinstance(step, str) else step["name"] for step in steps]
            return any(which in registry.declared("stage3_steps", name, "USES", []) for name in names)
        return self.stage_rule(method, stage) == "stage2"

    def representation(self, method: str) -> tuple[str, str]:
        """Return the rule that leaves the features of a method's backbone behind, and the method that owns them."""
        owner = self.owner(method, "stage2")
        if owner and self.stage_rule(owner, "stage2") == "stage2_finetune":
            return "stage2_finetune", owner
        return "features", self.rule_owner(method, "features")

    def backbone_owners(self) -> list[str]:
        """Return the methods which own the backbone of some method."""
        return list(dict.fromkeys(self.representation(method)[1] for method in self.config.methods))

    def rules_of(self, method: str) -> list[str]:
        """Return the rules of `METHOD_RULES` whose work a method uses, in the order in which they run."""
        used = {stage: owner for stage in STAGES if (owner := self.owner(method, stage))}
        found = {self.stage_rule(owner, stage) for stage, owner in used.items()}
        if any(self.uses_features(owner, stage) for stage, owner in used.items()):
            found.add(self.representation(method)[0])
        return [rule for rule in self.METHOD_RULES if rule in found]

    def rule_owner(self, method: str, rule: str) -> str:
        """Return the method below whose name the results of a rule lie that `method` uses."""
        stage = {"features": "stage1", "stage2_finetune": "stage2"}.get(rule, rule)
        owner = self.owner(method, stage) if stage in STAGES else None
        return owner or self.canonical(method)

    def rule_owners(self, rule: str) -> list[str]:
        """Return the methods which have results of a rule of their own."""
        if rule == "features":
            readers = [m for stage in ("stage2", "stage3") for m in self.owners(stage) if self.uses_features(m, stage)]
            readers += [cell.method for cell in self.figure_cells()]
            found = [owner for level, owner in map(self.representation, readers) if level == "features"]
            return list(dict.fromkeys(found))
        return [m for stage in STAGES for m in self.owners(stage) if self.stage_rule(m, stage) == rule]

    @functools.cache  # noqa: B019 (a matrix lives as long as its process)
    def recipe(self, rule: str, dataset: str, method: str | None = None) -> Recipe:
        """Return the recipe of a rule; `method` is the owner of its stage, None for prepare, make_split, evaluate."""
        below = method and self.owner(method, "stage1")
        return Recipe.of(rule, layers.settings(self.config, rule, dataset, method or "", below or ""), self.scripts)

    def expected(self, cell: Cell) -> dict[str, str]:
        """Return level -> fingerprint of everything that a cell's metrics depend on, under this configuration."""
        rules = ["prepare", "make_split", "evaluate"]
        found = {rule: self.recipe(rule, cell.dataset).fingerprint for rule in rules}
        owners = {rule: self.rule_owner(cell.method, rule) for rule in self.rules_of(cell.method)}
        return found | {rule: self.recipe(rule, cell.dataset, owner).fingerprint for rule, owner in owners.items()}

    def used(self) -> list[tuple[str, str, str]]:
        """Return (stage, dataset, owner) of every stage that a cell of the matrix needs, once."""
        pairs = dict.fromkeys((cell.dataset, cell.method) for cell in self.cells())
        found = ((stage, dataset, self.owner(method, stage)) for dataset, method in pairs for stage in STAGES)
        return list(dict.fromkeys((stage, dataset, owner) for stage, dataset, owner in found if owner))

    def stage_recipes(self) -> dict[str, Any]:
        """Return the settings of `used`, under names for messages."""
        return {f"methods.{o}.{stage} on {d}": self.recipe(stage, d, o).settings for stage, d, o in self.used()}

    def stage1_of_stage2(self) -> dict[str, Stage1]:
        """Return the settings of the stage 1 that each stage 2 of `stage_recipes` builds on, under the same names."""
        return {
            f"methods.{owner}.stage2 on {dataset}": self.recipe("stage1", dataset, self.owner(owner, "stage1")).settings
            for stage, dataset, owner in self.used()
            if stage == "stage2"
        }

    def dataset(self, name: str) -> Dataset:
        """Return the settings of a data set."""
        return self.config.datasets[name]


def ratio_text(ratio: float | str) -> str:
    """Return a ratio as it stands in paths: ``100``, ``2.5``, ``natural``."""
    return ratio if isinstance(ratio, str) else f"{ratio:.10g}"


def ratio_value(text: str) -> Any:
    """Return the number that `ratio_text` wrote, or ``natural``."""
    return text if text == "natural" else float(text)
