"""Settings of the stages: components, optimizer, schedule, selection (no torch)."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from annotated_types import Ge, Gt, Lt, MinLen
from pydantic import BaseModel, Field, GetCoreSchemaHandler, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema

from ltsei.config.optimization import Cosine, EarlyStopping, Optimizer, Plateau, Schedule, Sgd
from ltsei.core import registry
from ltsei.core.annotations import Criterion, nested_family
from ltsei.core.errors import InputError
from ltsei.core.parsing import Frozen, annotation_of
from ltsei.core.search import Search


class Member:
    """Marks a field that holds a component of a family; validation resolves what YAML writes for it."""

    def __init__(self, family: str) -> None:
        self.family = family

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the validator of such a field."""
        resolve = partial(registry.resolve, self.family, where="")
        return core_schema.no_info_before_validator_function(resolve, handler(source))


Source = Annotated[dict[str, Any], Member("sources")]
Loss = Annotated[dict[str, Any], Member("losses")]
ClassWeights = Annotated[dict[str, Any], Member("class_weights")]
Sampler = Annotated[dict[str, Any], Member("samplers")]
Mixer = Annotated[dict[str, Any], Member("mixers")]
Update = Annotated[dict[str, Any], Member("updates")]
Augmentation = Annotated[dict[str, Any], Member("augmentations")]
Backbone = Annotated[dict[str, Any], Member("backbones")]
Head = Annotated[dict[str, Any], Member("heads")]
Mode = Annotated[dict[str, Any], Member("stage2_modes")]
Step = Annotated[dict[str, Any], Member("stage3_steps")]


class Training(Frozen):
    """How one stage is trained; a value without a default here must stand under `defaults` or in the method."""

    FROM_DATASET: ClassVar[tuple[str, ...]] = ()
    """Settings that are the data set's unless the method sets them."""
    FROM_STAGE1: ClassVar[tuple[str, ...]] = ()
    """Settings that are those of stage 1 unless the method sets them."""

    loss: Loss = Field(description="loss function")
    class_weights: ClassWeights = Field(
        default={"name": "uniform", "schedule": {"name": "constant"}},
        description="weight of the loss of each class",
    )
    reduction: Literal["weighted_mean", "batch_mean"] = Field(
        default="weighted_mean",
        description="how the losses ℓ of a batch of B signals are averaged: Σwℓ/Σw or Σwℓ/B, w the class weights",
    )
    sampler: Sampler = Field(description="how often each class is drawn")
    partner_sampler: Sampler | None = Field(
        default=None,
        description="sampler of a second batch in each step, for mixers and losses that use one; null: none",
    )
    mixer: Mixer | None = Field(
        default=None, description="makes one batch of two, signals and labels alike; null: the batch stays as it is"
    )
    augment: Literal["all", "repeats"] = Field(
        default="all",
        description="which signals are augmented: `all`, or `repeats`, those drawn before in the same epoch, which are "
        "mostly of rare classes under a sampler that draws these more often",
    )
    epochs: Annotated[int, Gt(0), Search(0.5, 2, "factor")] = Field(
        description="number of epochs; with most samplers an epoch has as many draws as there are training signals"
    )
    batch_size: Annotated[int, Ge(2), Search(0.5, 2, "factor")] = Field(description="signals per batch")
    merge_last_below: Annotated[float, Ge(0), Lt(1)] = Field(
        default=0.25,
        description="share of `batch_size` below which the last batch of an epoch joins the one before it: the batch "
        "statistics of a few signals would move the running statistics of batch normalisation too far; a single signal "
        "always joins",
    )
    optimizer: Optimizer = Field(default=Sgd(), description="optimizer and its settings")
    lr: Annotated[float, Gt(0), Search(0.1, 10, "factor")] = Field(description="learning rate after the warm-up")
    weight_decay: Annotated[float, Ge(0), Search(1e-5, 1e-2, "log")] = Field(
        description="coefficient of the L2 penalty; decoupled for `adamw`",
    )
    decay_norm_and_bias: bool = Field(
        default=True, description="whether weight decay acts on biases and normalisation layers too"
    )
    update: Update | None = Field(
        default=None,
        description="where a step takes its gradient, and what holds for the weights after it; null: at the present "
        "weights, nothing",
    )
    schedule: Schedule = Field(default=Cosine(), description="how the learning rate changes after the warm-up")
    warmup_epochs: Annotated[int, Ge(0)] = Field(default=0, description="epochs of linear warm-up, fewer than `epochs`")
    gradient_clip: Annotated[float, Gt(0)] | None = Field(
        default=None, description="largest norm of the gradient; null: no limit"
    )
    accumulate: Annotated[int, Gt(0)] = Field(default=1, description="batches whose gradients make up one step")
    early_stopping: EarlyStopping | None = Field(
        default=None, description="when to end before the last epoch; null: never"
    )
    select: Literal["last", "best"] = Field(
        default="last", description="weights of the last epoch, or of the first that is best by `select_by`"
    )
    select_by: Criterion = Field(
        default="val_balanced_accuracy", description="column of the history by which `select: best` chooses"
    )
    precision: Literal["float32", "bf16"] = Field(
        default="float32", description="float32, or bf16 autocast in the backbone"
    )
    threads: Annotated[int, Gt(0)] = Field(
        default=1,
        description="CPU threads; part of the recipe, since gradients differ in their last bits between thread counts",
    )

    @model_validator(mode="after")
    def _warm_up_ends(self) -> Self:
        if self.warmup_epochs >= self.epochs:
            raise InputError(f".warmup_epochs: got {self.warmup_epochs}, expected fewer than epochs = {self.epochs}")
        return self

    @model_validator(mode="after")
    def _selects_by_what_it_uses(self) -> Self:
        if self.select == "last" and self.select_by != type(self).model_fields["select_by"].default:
            raise InputError(f".select_by: got {self.select_by!r}, which needs `select: best`")
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
    """Stage 1: representation. `length` and `normalize` are the data set's unless the method sets them."""

    FROM_DATASET = ("length", "normalize")

    backbone: Backbone = Field(description="network from a signal to its features")
    head: Head = Field(description="classifier on the features")
    augmentations: list[Augmentation] = Field(
        default=[], description="random changes of the training signals, in order"
    )
    length: Annotated[int, Gt(0)] | None = Field(
        default=None, description="samples per signal; that of the data set unless given"
    )
    normalize: Literal["rms", "channel", "none"] = Field(
        default="rms", description="scaling of each signal; that of the data set unless given"
    )


class Stage2(Training):
    """Stage 2: classifier rebalancing on the representation of stage 1."""

    FROM_STAGE1 = ("head",)

    mode: Mode = Field(description="what is trained again, and how it starts")
    head: Head = Field(description="classifier on the features; that of stage 1 unless given")
    bn: Literal["frozen", "shifted", "train_affine"] = Field(
        default="frozen",
        description=(
            "batch normalisation of the backbone: `frozen` keeps the statistics of stage 1, so that features are "
            "cached; `shifted` updates them, as the official code of cRT, LWS and MiSLAS does; `train_affine` also "
            "trains scale and shift"
        ),
    )
    augmentations: list[Augmentation] = Field(
        default=[], description="random changes of the training signals, only where the backbone runs"
    )

    @model_validator(mode="after")
    def _has_no_settings_without_effect(self) -> Self:
        for key in ("augmentations", "augment", "precision"):
            if getattr(self, key) != type(self).model_fields[key].default and not self.moves_backbone:
                raise InputError(
                    f".{key}: stage 2 works on cached features here; remove the key, or let the backbone move"
                )
        return self

    @property
    def moves_backbone(self) -> bool:
        """Whether this stage changes the backbone, so that it needs the signals rather than cached features."""
        mode: bool = registry.declared("stage2_modes", self.mode["name"], "MOVES_BACKBONE", False)
        return mode or self.bn != "frozen"


class Stage3(Frozen):
    """Stage 3: post-hoc steps in order."""

    steps: Annotated[list[Step], MinLen(1)] = Field(description="post-hoc steps, in order")

    def uses(self, part: str) -> bool:
        """Return whether a step declares that it uses ``features`` or ``train_features``."""
        return any(part in registry.declared("stage3_steps", step["name"], "USES", []) for step in self.steps)


STAGES: Mapping[str, type[Training | Stage3]] = {"stage1": Stage1, "stage2": Stage2, "stage3": Stage3}
"""The stages of a method in the order in which they run: key in the experiment file -> settings."""


def component_fields(settings: BaseModel) -> dict[str, str]:
    """Return the fields of `settings` that hold a component or a list of them -> the family."""
    return {key: family for key, family in FAMILY.items() if key in type(settings).model_fields}


def family_of(field: FieldInfo) -> str | None:
    """Return the family of the component, or of each component in the list, that a field holds; else None."""
    candidates = (annotation_of(field), *get_args(field.annotation))
    return next(filter(None, map(nested_family, candidates)), None)


FAMILY = {"source": "sources"} | {
    name: family
    for model in STAGES.values()
    for name, field in model.model_fields.items()
    if (family := family_of(field))
}
"""The family of each field that holds a component or a list of them."""
