"""What a stage's settings may be: components, optimizer, schedule, selection (no torch)."""

from functools import partial
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    model_validator,
)

from ltsei.config.optimization import Cosine, EarlyStopping, Optimizer, Plateau, Schedule, Sgd
from ltsei.core import registry
from ltsei.core.errors import InputError
from ltsei.core.parsing import Frozen


def _member(family: str) -> BeforeValidator:
    """Return the validator which turns a component as YAML writes it into its resolved specification."""
    return BeforeValidator(partial(registry.resolve, family, where=""))


Source = Annotated[dict[str, Any], _member("sources")]
Loss = Annotated[dict[str, Any], _member("losses")]
ClassWeights = Annotated[dict[str, Any], _member("class_weights")]
Sampler = Annotated[dict[str, Any], _member("samplers")]
Augmentation = Annotated[dict[str, Any], _member("augmentations")]
Backbone = Annotated[dict[str, Any], _member("backbones")]
Head = Annotated[dict[str, Any], _member("heads")]
Mode = Annotated[dict[str, Any], _member("stage2_modes")]
Step = Annotated[dict[str, Any], _member("stage3_steps")]

FAMILY = {
    "source": "sources",
    "loss": "losses",
    "class_weights": "class_weights",
    "sampler": "samplers",
    "augmentations": "augmentations",
    "backbone": "backbones",
    "head": "heads",
    "mode": "stage2_modes",
    "steps": "stage3_steps",
}
"""The family of each field that holds a component or a list of them."""


class Training(Frozen):
    """How one stage is trained; recipe values without a default here must stand under `defaults` or in the method."""

    loss: Loss
    class_weights: ClassWeights = {"name": "uniform", "schedule": {"name": "constant"}}
    reduction: Literal["weighted_mean", "batch_mean"] = "weighted_mean"
    sampler: Sampler
    epochs: PositiveInt
    batch_size: Annotated[int, Field(ge=2)]
    optimizer: Optimizer = Sgd()
    lr: PositiveFloat
    weight_decay: NonNegativeFloat
    decay_norm_and_bias: bool = True
    schedule: Schedule = Cosine()
    warmup_epochs: NonNegativeInt = 0
    gradient_clip: PositiveFloat | None = None
    accumulate: PositiveInt = 1
    early_stopping: EarlyStopping | None = None
    select: Literal["last", "best"] = "last"
    precision: Literal["float32", "bf16"] = "float32"
    threads: PositiveInt = 1

    @model_validator(mode="after")
    def _warm_up_ends(self) -> Self:
        if self.warmup_epochs >= self.epochs:
            raise InputError(f".warmup_epochs: got {self.warmup_epochs}, expected fewer than epochs = {self.epochs}")
        return self

    def needs_validation(self) -> str | None:
        """Return the key whose value is decided on validation data, None where there is none."""
        needs = {
            "select": self.select == "best",
            "schedule": isinstance(self.schedule, Plateau),
            "early_stopping": self.early_stopping is not None,
        }
        return next((key for key, needed in needs.items() if needed), None)


class Stage1(Training):
    """Stage 1: representation. `length` and `normalize` are the data set's, part of what the weights depend on."""

    backbone: Backbone
    head: Head
    augmentations: list[Augmentation] = []
    length: PositiveInt | None = None
    normalize: Literal["rms", "channel", "none"] = "rms"


class Stage2(Training):
    """Stage 2: classifier rebalancing; `head` is filled in from stage 1 where the method does not set it.

    Attributes:
        bn: batch normalisation of the backbone: ``frozen`` uses the statistics of stage 1; ``shifted`` goes on
            updating them, as the official code of cRT, LWS and MiSLAS does; ``train_affine`` also trains scale and
            shift.
        augmentations: only where the backbone runs.
    """

    mode: Mode
    head: Head
    bn: Literal["frozen", "shifted", "train_affine"] = "frozen"
    augmentations: list[Augmentation] = []

    @model_validator(mode="after")
    def _says_nothing_in_vain(self) -> Self:
        for key in ("augmentations", "precision"):
            if getattr(self, key) != type(self).model_fields[key].default and not self.moves_backbone:
                raise InputError(
                    f".{key}: stage 2 works on cached features here; leave it out, or let the backbone move"
                )
        return self

    @property
    def moves_backbone(self) -> bool:
        """Whether this stage changes the backbone, so that it needs the signals rather than cached features."""
        mode: bool = registry.declared("stage2_modes", self.mode["name"], "MOVES_BACKBONE", False)
        return mode or self.bn != "frozen"


class Stage3(Frozen):
    """Stage 3: post-hoc steps in order."""

    steps: Annotated[list[Step], Field(min_length=1)]
