"""What the experiment file may say: frozen types which reject unknown keys, every error at once (no torch)."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    StringConstraints,
    model_validator,
)

from ltsei import components
from ltsei.errors import InputError
from ltsei.validation import Frozen

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]


def _member(family: str) -> BeforeValidator:
    """Return the validator which turns a component as YAML writes it into its resolved specification."""

    def resolve(value: Any) -> dict[str, Any]:
        if not isinstance(value, str | Mapping):
            raise InputError(f": got {value!r}, expected the name of a component or a mapping with `name`")
        return components.resolve(family, value, where="")

    return BeforeValidator(resolve)


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


def _none(value: Any) -> Any:
    return None if value == "none" else value


def _ratio(value: Any) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value == "natural" or (number and 1 <= value < float("inf")):
        return value
    hint = components.number_hint(value)
    raise InputError(f": got {value!r}, expected a number of at least 1 (largest over smallest class) or natural{hint}")


Source = Annotated[dict[str, Any], _member("datasets")]
Loss = Annotated[dict[str, Any], _member("losses")]
ClassWeights = Annotated[dict[str, Any], _member("class_weights")]
Sampler = Annotated[dict[str, Any], _member("samplers")]
Augmentation = Annotated[dict[str, Any], _member("augmentations")]
Backbone = Annotated[dict[str, Any], _member("backbones")]
Head = Annotated[dict[str, Any], _member("heads")]
Mode = Annotated[dict[str, Any], _member("stage2_modes")]
Step = Annotated[dict[str, Any], _member("stage3_steps")]
Ratio = Annotated[float | str, BeforeValidator(_ratio)]

FAMILY = {
    "source": "datasets",
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


Optimizer = Annotated[Sgd | Adam, BeforeValidator(_named), Field(discriminator="name")]
Schedule = Annotated[Cosine | Constant, BeforeValidator(_named), Field(discriminator="name")]


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
    select: Literal["last", "best"] = "last"
    precision: Literal["float32", "bf16"] = "float32"
    threads: PositiveInt = 1


class Stage1(Training):
    """Stage 1: representation. `length` and `normalize` are the data set's, part of what the weights depend on."""

    backbone: Backbone
    head: Head
    augmentations: list[Augmentation] = []
    length: PositiveInt | None = None
    normalize: Literal["rms", "channel", "none"] = "rms"


class Stage2(Training):
    """Stage 2: classifier rebalancing; `head` is filled in from stage 1 where the method does not set it."""

    mode: Mode
    head: Head


class Stage3(Frozen):
    """Stage 3: post-hoc steps in order."""

    steps: Annotated[list[Step], Field(min_length=1)]


class Validation(Frozen):
    """Validation holds a number of signals of each class, or a fraction of it."""

    per_class: PositiveInt | None = None
    fraction: Annotated[float, Field(gt=0, lt=1)] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.per_class is None) == (self.fraction is None):
            raise InputError(": give one of per_class, fraction, or write `validation: none`")
        return self


class Groups(Frozen):
    """Classes with more than `many_above` training signals are many, with fewer than `few_below` few."""

    many_above: PositiveInt = 100
    few_below: PositiveInt = 20

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.few_below > self.many_above + 1:
            raise InputError(
                f".few_below: got {self.few_below}, must not exceed many_above + 1 = {self.many_above + 1}"
            )
        return self


class StageSettings(Frozen):
    """Values merged below those of the methods; checked where they are merged."""

    stage1: dict[str, Any] = {}
    stage2: dict[str, Any] = {}


class SplitSettings(Frozen):
    """How training and validation signals are drawn."""

    validation: Annotated[Validation | None, BeforeValidator(_none)] = Validation(fraction=0.1)
    n_max: PositiveInt | None = None
    class_order: Literal["index", "random", "frequency"] = "index"
    shortage: Literal["error", "take_available"] = "error"

    def arguments(self) -> dict[str, Any]:
        """Return the settings as keyword arguments of `longtail.make_split`."""
        return {**self.model_dump(), "validation": self.validation and self.validation.model_dump(exclude_none=True)}


class Dataset(Frozen):
    """A source of signals and how it is used."""

    source: Source
    length: PositiveInt | None = None
    normalize: Literal["rms", "channel", "none"] = "rms"
    split: SplitSettings = SplitSettings()
    groups: Groups = Groups()
    defaults: StageSettings = StageSettings()


class Method(Frozen):
    """A named recipe: its own stages, or what it reuses and what it adds."""

    from_: Annotated[Name | None, Field(alias="from")] = None
    stage1: dict[str, Any] | None = None
    stage2: dict[str, Any] | None = None
    stage3: list[str | dict[str, Any]] | None = None
    allow: list[Literal["double_balancing"]] = []
    title: str | None = None
    kind: str = "other"


class Experiment(Frozen):
    """A block of the matrix: every combination of its four lists."""

    title: str = ""
    datasets: Annotated[list[Name], Field(min_length=1)]
    methods: Annotated[list[Name], Field(min_length=1)]
    imbalance_ratios: Annotated[list[Ratio], Field(min_length=1)]
    seeds: Annotated[list[NonNegativeInt], Field(min_length=1)]


def _not_reserved(datasets: dict[str, Dataset]) -> dict[str, Dataset]:
    if "report" in datasets:
        raise InputError(".report: this name is taken by the folder of the report, choose another")
    return datasets


class Config(Frozen):
    """The whole experiment file."""

    results: str = "results"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    checkpoint_minutes: PositiveFloat = 10.0
    datasets: Annotated[dict[Name, Dataset], AfterValidator(_not_reserved)]
    defaults: StageSettings = StageSettings()
    methods: dict[Name, Method]
    baseline: Name | None = None
    run: Annotated[list[Name], Field(min_length=1)]
    experiments: dict[Name, Experiment]
