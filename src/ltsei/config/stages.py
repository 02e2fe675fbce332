"""Settings of the stages of a method (no torch)."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, get_args

from annotated_types import Ge, Gt, MinLen
from pydantic import BaseModel, Field, SerializerFunctionWrapHandler, model_serializer, model_validator
from pydantic.fields import FieldInfo

from ltsei.config.members import (
    Augmentation,
    Backbone,
    Head,
    Mode,
    Step,
)
from ltsei.config.training import Training
from ltsei.core import registry
from ltsei.core.annotations import nested_family
from ltsei.core.errors import InputError
from ltsei.core.parsing import Frozen, annotation_of

BackboneOfSignals = Annotated[Backbone, Field(description="network from a signal to its features")]
Augmentations = Annotated[list[Augmentation], Field(description="random changes of the training signals, in order")]
Length = Annotated[
    Annotated[int, Gt(0)] | None, Field(description="samples per signal; that of the data set unless given")
]
Normalize = Annotated[
    Literal["rms", "channel", "none"],
    Field(description="scaling of each signal; that of the data set unless given"),
]

BALANCED_SAMPLERS = ("class_balanced", "class_aware")
"""The samplers that draw all classes equally often, whatever their counts."""


class Pretraining(Training):
    """Pre-training: a backbone without labels, where stage 1 starts; no validation data are used.

    The network and how long and how fast it is trained are those of stage 1 unless the method sets them.
    """

    FROM_DATASET = ("length", "normalize")
    FROM_STAGE1 = (
        "backbone",
        "epochs",
        "batch_size",
        "optimizer",
        "lr",
        "weight_decay",
        "decay_norm_and_bias",
        "schedule",
        "warmup_epochs",
        "precision",
        "threads",
    )

    backbone: BackboneOfSignals
    augmentations: Augmentations = []
    length: Length = None
    normalize: Normalize = "rms"

    @model_validator(mode="after")
    def _needs_no_validation(self) -> Self:
        if key := self.needs_validation():
            raise InputError(f".{key}: got {getattr(self, key)!r}, which needs labels; pre-training has none")
        return self


class Stage1(Training):
    """Stage 1: representation. `length` and `normalize` are the data set's unless the method sets them."""

    FROM_DATASET = ("length", "normalize")

    backbone: BackboneOfSignals
    head: Head = Field(description="classifier on the features")
    augmentations: Augmentations = []
    unlabelled_ratio: Annotated[int, Ge(1)] | None = Field(
        default=None,
        description="unlabelled signals per labelled one in each step, for losses that make pseudo-labels; null: none",
    )
    strong_augmentations: list[Augmentation] = Field(
        default=[],
        description="changes of unlabelled signals, after `augmentations`, in the view that learns the pseudo-label of "
        "the other one",
    )
    length: Length = None
    normalize: Normalize = "rms"

    @model_serializer(mode="wrap")
    def _without_unused(self, dumped: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Return the settings without those of unlabelled signals where there are none: no fingerprint has them."""
        values: dict[str, Any] = dumped(self)
        unused: dict[str, Any] = {"unlabelled_ratio": None, "strong_augmentations": []}
        return {key: value for key, value in values.items() if key not in unused or value != unused[key]}


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
    signals: Literal["long_tailed", "balanced"] = Field(
        default="long_tailed",
        description=(
            "training signals: those of the long-tailed set, or `balanced`, as many of each class as of its most "
            "frequent one. The latter come from outside the set: an oracle, which bounds what a new classifier can "
            "achieve"
        ),
    )

    @model_validator(mode="after")
    def _draws_balanced_signals_equally_often(self) -> Self:
        if self.signals == "balanced" and self.sampler["name"] not in BALANCED_SAMPLERS:
            raise InputError(
                f".sampler: got {self.sampler['name']}, whose draws follow the class counts of the long-tailed set; "
                f"with `signals: balanced` use {' or '.join(BALANCED_SAMPLERS)}"
            )
        return self

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
        """Whether this stage runs the backbone, which it changes or of other signals, rather than cached features."""
        mode: bool = registry.declared("stage2_modes", self.mode["name"], "MOVES_BACKBONE", False)
        return mode or self.bn != "frozen" or self.signals == "balanced"


class Stage3(Frozen):
    """Stage 3: post-hoc steps in order."""

    steps: Annotated[list[Step], MinLen(1)] = Field(description="post-hoc steps, in order")

    def uses(self, part: str) -> bool:
        """Return whether a step declares that it uses ``features``, ``train_features`` or ``views``."""
        return any(part in registry.declared("stage3_steps", step["name"], "USES", []) for step in self.steps)


STAGES: Mapping[str, type[Training | Stage3]] = {
    "pretrain": Pretraining,
    "stage1": Stage1,
    "stage2": Stage2,
    "stage3": Stage3,
}
"""The stages of a method in the order in which they run: key in the experiment file -> settings."""


def component_fields(settings: BaseModel) -> dict[str, str]:
    """Return the fields of `settings` that hold a component or a list of them -> the family."""
    return {key: family for key, family in FAMILY.items() if key in type(settings).model_fields}


def family_of(field: FieldInfo) -> str | None:
    """Return the family of the component, or of each component in the list, that a field holds; else None."""
    candidates = (annotation_of(field), *get_args(field.annotation))
    return next(filter(None, map(nested_family, candidates)), None)


FAMILY = {"source": "sources", "unlabelled": "unlabelled"} | {
    name: family
    for model in (Stage1, Stage2, Stage3, Pretraining)
    for name, field in model.model_fields.items()
    if (family := family_of(field))
}
"""The family of each field that holds a component or a list of them."""
