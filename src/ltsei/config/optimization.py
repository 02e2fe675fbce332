"""Optimizers, learning-rate schedules and early stopping, as the experiment file names them."""

from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, Lt, MinLen
from pydantic import BeforeValidator, Field

from ltsei.core.annotations import Criterion
from ltsei.core.parsing import Frozen


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


class Sgd(Frozen):
    """Stochastic gradient descent with momentum."""

    name: Literal["sgd"] = "sgd"
    momentum: Annotated[float, Ge(0), Lt(1)] = Field(default=0.9, description="momentum of the gradient")
    nesterov: bool = Field(default=False, description="whether the momentum is Nesterov's")


class Adam(Frozen):
    """Adam (Kingma & Ba 2015), or AdamW with decoupled weight decay (Loshchilov & Hutter 2019)."""

    name: Literal["adam", "adamw"]
    beta1: Annotated[float, Ge(0), Lt(1)] = Field(default=0.9, description="decay of the mean of the gradient")
    beta2: Annotated[float, Ge(0), Lt(1)] = Field(default=0.999, description="decay of the mean of its square")


class Cosine(Frozen):
    """The learning rate falls along half a cosine from `lr` to `floor` times `lr` (Loshchilov & Hutter 2017)."""

    name: Literal["cosine"] = "cosine"
    floor: Annotated[float, Ge(0), Le(1)] = Field(default=0.0, description="last learning rate as a fraction of `lr`")


class Constant(Frozen):
    """The learning rate stays at `lr`."""

    name: Literal["constant"]


class Milestones(Frozen):
    """The learning rate is multiplied by `gamma` at the start of each epoch in `milestones`."""

    name: Literal["step"]
    milestones: Annotated[list[Annotated[int, Gt(0)]], MinLen(1)] = Field(description="epochs, counted from 0")
    gamma: Annotated[float, Gt(0), Lt(1)] = Field(default=0.1, description="factor of the learning rate")


class CosineRestarts(Frozen):
    """A cosine that restarts after `period` epochs, each time `growth` times as long (Loshchilov & Hutter 2017)."""

    name: Literal["cosine_restarts"]
    period: Annotated[int, Gt(0)] = Field(default=10, description="epochs from the warm-up to the first restart")
    growth: Annotated[float, Ge(1)] = Field(default=2.0, description="length of a period relative to the one before")
    floor: Annotated[float, Ge(0), Le(1)] = Field(default=0.0, description="lowest learning rate as a fraction of `lr`")


class Plateau(Frozen):
    """The learning rate is multiplied by `factor` after more than `patience` epochs without improvement."""

    name: Literal["plateau"]
    factor: Annotated[float, Gt(0), Lt(1)] = Field(default=0.1, description="factor of the learning rate")
    patience: Annotated[int, Ge(0)] = Field(default=10, description="epochs without improvement that are tolerated")
    monitor: Criterion = Field(default="val_balanced_accuracy", description="column of the history that has to improve")


class EarlyStopping(Frozen):
    """Training ends after `patience` epochs without improvement."""

    patience: Annotated[int, Gt(0)] = Field(description="epochs without improvement that are tolerated")
    monitor: Criterion = Field(default="val_balanced_accuracy", description="column of the history that has to improve")


Optimizer = Annotated[Sgd | Adam, BeforeValidator(_named), Field(discriminator="name")]
Schedule = Annotated[
    Cosine | Constant | Milestones | CosineRestarts | Plateau, BeforeValidator(_named), Field(discriminator="name")
]
