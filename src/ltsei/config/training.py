"""Settings of a training: what every stage that trains has in common (no torch)."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from annotated_types import Ge, Gt, Lt
from pydantic import Field, model_validator

from ltsei.config.members import ClassWeights, Loss, Mixer, Sampler, Update
from ltsei.config.optimization import Cosine, EarlyStopping, Optimizer, Plateau, Schedule, Sgd
from ltsei.config.values import Teacher
from ltsei.core.annotations import Criterion
from ltsei.core.errors import InputError
from ltsei.core.parsing import Frozen
from ltsei.core.search import Search


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
    teacher: Teacher | None = Field(
        default=None,
        description="the method from whose logits on the training signals the loss learns, such as `distillation`; "
        "its jobs run first; null: none",
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

    @property
    def taught_by(self) -> Mapping[str, str]:
        """Rule -> fingerprint of all that the teacher's logits rest on; empty without a teacher."""
        return self.teacher if isinstance(self.teacher, Mapping) else {}

    def needs_validation(self) -> str | None:
        """Return the key whose value is decided on validation data, None where there is none."""
        needs = {
            "select": self.select == "best",
            "schedule": isinstance(self.schedule, Plateau),
            "early_stopping": self.early_stopping is not None,
        }
        return next((key for key, needed in needs.items() if needed), None)
