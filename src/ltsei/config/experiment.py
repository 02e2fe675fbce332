"""What the experiment file may say: frozen types which reject unknown keys, every error at once (no torch)."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PositiveFloat,
    PositiveInt,
    StringConstraints,
    model_validator,
)

from ltsei.config.stages import Source
from ltsei.core.annotations import number_hint
from ltsei.core.errors import InputError
from ltsei.core.parsing import Frozen

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]


def _validation(value: Any) -> Any:
    """Return what the words stand for which may be written in place of a `Validation`."""
    words = {"none": None, "given": {"given": True}}
    if isinstance(value, str) and value not in words:
        raise InputError(f": got {value!r}, expected per_class: NUMBER, fraction: NUMBER, given or none")
    return words[value] if isinstance(value, str) else value


def _ratio(value: Any) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value == "natural" or (number and 1 <= value < 1e9):
        return value
    hint = number_hint(value)
    raise InputError(f": got {value!r}, expected a number of at least 1 (largest over smallest class) or natural{hint}")


Ratio = Annotated[float | str, BeforeValidator(_ratio)]


class Validation(Frozen):
    """Validation holds a number of signals of each class, a fraction of it, or what the source gives for it."""

    per_class: PositiveInt | None = None
    fraction: Annotated[float, Field(gt=0, lt=1)] | None = None
    given: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_alone(self) -> Self:
        if [self.per_class, self.fraction, self.given].count(None) != 2:
            raise InputError(": give one of per_class, fraction, or write `validation: given` or `validation: none`")
        return self


class Groups(Frozen):
    """Which classes are many, medium and few (`longtail.groups`)."""

    rule: Literal["absolute", "quantile", "auto"] = "absolute"
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

    validation: Annotated[Validation | None, BeforeValidator(_validation)] = Validation(fraction=0.1)
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
    methods: Annotated[list[Name], Field(min_length=1)] | Literal["all"]
    imbalance_ratios: Annotated[list[Ratio], Field(min_length=1)]
    seeds: Annotated[list[Annotated[int, Field(ge=0, lt=2**32)]], Field(min_length=1)]


class FigureCell(Frozen):
    """A cell of the matrix, as the experiment file names it."""

    dataset: Name
    imbalance_ratio: Ratio
    seed: Annotated[int, Field(ge=0, lt=2**32)]
    method: Name


class Figures(Frozen):
    """Of which cells there are figures as files, and how these look."""

    cells: Literal["none", "first_seed"] | Annotated[list[FigureCell], Field(min_length=1)] = "none"
    formats: Annotated[list[Literal["svg", "pdf", "png"]], Field(min_length=1)] = ["pdf", "png"]
    dpi: Annotated[PositiveInt, Field(le=2400)] = 400
    width_mm: Annotated[float, Field(ge=40, le=400)] = 85.0
    wide_mm: Annotated[float, Field(ge=40, le=400)] = 176.0
    tsne_perplexity: Annotated[float, Field(ge=1)] = 30.0
    tsne_iterations: Annotated[int, Field(ge=250)] = 1000
    max_signals: Annotated[int, Field(ge=10)] = 5000
    top_confusions: PositiveInt = 10


def _not_reserved(datasets: dict[str, Dataset]) -> dict[str, Dataset]:
    if "report" in datasets:
        raise InputError(".report: this name is taken by the folder of the report, choose another")
    return datasets


class Config(Frozen):
    """The whole experiment file."""

    results: Annotated[str, StringConstraints(pattern=r"^[^{}<>]+$")] = "results"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    checkpoint_minutes: PositiveFloat = 10.0
    on_failure: Literal["report", "stop"] = "report"
    jobs_per_device: PositiveInt = 1
    datasets: Annotated[dict[Name, Dataset], AfterValidator(_not_reserved)]
    defaults: StageSettings = StageSettings()
    methods: dict[Name, Method]
    baseline: Name | None = None
    run: Annotated[list[Name], Field(min_length=1)]
    experiments: dict[Name, Experiment]
    figures: Figures = Figures()

    def block_methods(self, block: Experiment) -> list[str]:
        """Return the methods of a block; ``all`` are those of the file."""
        return list(self.methods) if block.methods == "all" else list(block.methods)
