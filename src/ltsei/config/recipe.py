"""The recipe of a job: its settings, its code, and the fingerprint of both."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from ltsei.config.condition_levels import Conditions
from ltsei.config.dataset import Groups
from ltsei.config.recipe_components import component_specs
from ltsei.config.rerun_fingerprint import fingerprint
from ltsei.config.search_space import Dimension
from ltsei.config.stages import Stage1, Stage2, Stage3
from ltsei.core import registry
from ltsei.core.annotations import Criterion
from ltsei.core.parsing import Frozen
from ltsei.data.message_mask import MaskedField


@dataclass(frozen=True, repr=False)
class Recipe:
    """The settings of a job, and the fingerprint of settings and code.

    Attributes:
        rule: name of the rule and of its script.
        settings: frozen settings.
        script: path of the script.
        fingerprint: at the time when the recipe was made.
    """

    rule: str
    settings: Any
    script: Path
    fingerprint: str

    def __repr__(self) -> str:
        """Return a short text: Snakemake prints the parameters of jobs."""
        return f"Recipe({self.rule} {self.fingerprint})"

    @classmethod
    def of(cls, rule: str, settings: Frozen, scripts: Path, script: str = "") -> "Recipe":
        """Return the recipe of `rule`; its script, called like the rule unless `script` is given, lies in `scripts`."""
        path = scripts / f"{script or rule}.py"
        return cls(rule, settings, path, _fingerprint(path, settings))

    def current_fingerprint(self) -> str:
        """Return the fingerprint with the code as it is now."""
        return _fingerprint(self.script, self.settings)


class Preparation(Frozen):
    """Settings of the rule prepare."""

    source: dict[str, Any]
    length: int | None = None
    mask: list[MaskedField] = Field(default=[])

    @model_serializer(mode="wrap")
    def _only_what_is_on(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Return the settings as a mapping; no mask does not change the fingerprint of a store."""
        settings: dict[str, Any] = handler(self)
        return settings if self.mask else {key: settings[key] for key in settings if key != "mask"}


class UnlabelledPreparation(Frozen):
    """Settings of the rule prepare_unlabelled."""

    unlabelled: dict[str, Any]
    length: int | None = None


class UnknownPreparation(Frozen):
    """Settings of the rule prepare_unknown.

    Attributes:
        source: of all classes.
        held_out: ``names``, ``number`` and ``seed``, as in `data.known_classes.unknown_labels`.
        length: of the signals.
        mask: as in `Preparation`.
    """

    source: dict[str, Any]
    held_out: dict[str, Any]
    length: int | None = None
    mask: list[MaskedField] = Field(default=[])


class OpenSet(Frozen):
    """Settings of the rule open_set: how the network of a cell computes."""

    batch_size: int
    precision: Literal["float32", "bf16"]
    threads: int


class Trials(Frozen):
    """Settings of the rules that run trials.

    Attributes:
        stages: stage -> settings of the default recipe, for each stage that a trial carries out, in order.
        space: what the trials vary.
    """

    stages: dict[str, Stage1 | Stage2 | Stage3]
    space: tuple[Dimension, ...]

    @property
    def modules(self) -> tuple[str, ...]:
        """The modules that carry out the stages; imported lazily, so that trials depend on no others."""
        return tuple(_trial_module(stage, settings) for stage, settings in self.stages.items())

    @property
    def threads(self) -> int:
        """CPU threads of a trial."""
        return max(getattr(settings, "threads", 1) for settings in self.stages.values())

    @property
    def epochs(self) -> int:
        """Epochs of a trial with the default recipe."""
        return sum(getattr(settings, "epochs", 0) for settings in self.stages.values())


def _trial_module(stage: str, settings: Frozen) -> str:
    moves = isinstance(settings, Stage2) and settings.moves_backbone
    return f"ltsei.training.trials.{'stage2_finetune' if moves else stage}"


class Choice(Frozen):
    """Settings of the rules that choose a trial.

    Attributes:
        trials: number of trials.
        select_by: validation score.
        space: what the trials vary.
    """

    trials: int
    select_by: Criterion
    space: tuple[Dimension, ...]


class Views(Frozen):
    """Settings of the rule that shows views of the test signals to the experts.

    Attributes:
        augmentations: that make a view.
        batch_size, precision, threads: of the last stage that trains the backbone.
    """

    augmentations: list[dict[str, Any]]
    batch_size: int
    precision: Literal["float32", "bf16"]
    threads: int


class ConditionTests(Frozen):
    """Settings of the rule that tests a trained model under conditions.

    Attributes:
        conditions: the disturbances and their levels.
        groups: which classes are many, medium and few.
        batch_size, precision, threads: of the last stage that trains the backbone.
    """

    conditions: Conditions
    groups: Groups
    batch_size: int
    precision: Literal["float32", "bf16"]
    threads: int


class Evaluation(Frozen):
    """Settings of the rule evaluate."""

    groups: Groups


def component_names(settings: Frozen) -> Iterator[tuple[str, str]]:
    """Yield (family, name) of every component in `settings`, nested ones included."""
    for stage in settings.stages.values() if isinstance(settings, Trials) else (settings,):
        for family, spec in component_specs(stage):
            yield from registry.nested_names(family, spec)


def _fingerprint(script: Path, settings: Frozen) -> str:
    modules = settings.modules if isinstance(settings, Trials) else ()
    return fingerprint(script, settings.model_dump(mode="json"), component_names(settings), modules)
