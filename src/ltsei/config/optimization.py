"""Optimizers, learning-rate schedules and early stopping, as the experiment file names them."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, NonNegativeInt, PositiveInt

from ltsei.core.parsing import Frozen

Monitor = Literal["val_loss", "val_accuracy", "val_balanced_accuracy"]
"""The column of the history that says whether an epoch is an improvement: lower loss, higher accuracy."""


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


class Sgd(Frozen):
    """Stochastic gradient descent with momentum."""

    name: Literal["sgd"] = "sgd"
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.9
    nesterov: bool = False


class Adam(Frozen):
    """Adam (Kingma & Ba 2015), or with decoupled weight decay AdamW (Loshchilov & Hutter 2019)."""

    name: Literal["adam", "adamw"]
    beta1: Annotated[float, Field(ge=0, lt=1)] = 0.9
    beta2: Annotated[float, Field(ge=0, lt=1)] = 0.999


class Cosine(Frozen):
    """Learning rate falls along half a cosine from `lr` to `floor` times `lr` (Loshchilov & Hutter 2017)."""

    name: Literal["cosine"] = "cosine"
    floor: Annotated[float, Field(ge=0, le=1)] = 0.0


class Constant(Frozen):
    """Learning rate stays at `lr`."""

    name: Literal["constant"]


class Milestones(Frozen):
    """Learning rate is multiplied by `gamma` at the start of each epoch in `milestones`, counted from 0."""

    name: Literal["step"]
    milestones: Annotated[list[PositiveInt], Field(min_length=1)]
    gamma: Annotated[float, Field(gt=0, lt=1)] = 0.1


class CosineRestarts(Frozen):
    """Cosine which starts again after `period` epochs, each time `growth` times as long (Loshchilov & Hutter 2017)."""

    name: Literal["cosine_restarts"]
    period: PositiveInt = 10
    growth: Annotated[float, Field(ge=1)] = 2.0
    floor: Annotated[float, Field(ge=0, le=1)] = 0.0


class Plateau(Frozen):
    """Learning rate is multiplied by `factor` after more than `patience` epochs without improvement."""

    name: Literal["plateau"]
    factor: Annotated[float, Field(gt=0, lt=1)] = 0.1
    patience: NonNegativeInt = 10
    monitor: Monitor = "val_balanced_accuracy"


class EarlyStopping(Frozen):
    """Training ends after `patience` epochs without improvement."""

    patience: PositiveInt
    monitor: Monitor = "val_balanced_accuracy"


Optimizer = Annotated[Sgd | Adam, BeforeValidator(_named), Field(discriminator="name")]
Schedule = Annotated[
    Cosine | Constant | Milestones | CosineRestarts | Plateau, BeforeValidator(_named), Field(discriminator="name")
]
