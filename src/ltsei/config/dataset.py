"""A data set of the experiment file: where its signals come from and how they are used (no torch)."""

from typing import Annotated, Any, Literal, Self

from annotated_types import Gt
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ltsei.config.condition_levels import Conditions, Priors
from ltsei.config.members import Source, UnlabelledSource
from ltsei.config.split import SplitSettings
from ltsei.config.unknown_classes import UnknownClasses, names_or_number
from ltsei.config.values import Name, expanded_source
from ltsei.core.errors import InputError
from ltsei.core.parsing import Frozen
from ltsei.core.wording import Words
from ltsei.data.message_mask import MaskedField


class Groups(Frozen):
    """Which classes are many, medium and few."""

    rule: Literal["absolute", "quantile", "auto"] = Field(
        default="absolute",
        description=(
            "`absolute`: by the two bounds below; `quantile`: thirds of the classes by frequency; `auto`: absolute, "
            "or thirds where a group would be empty"
        ),
    )
    many_above: Annotated[int, Gt(0)] = Field(default=100, description="many: classes with more training signals")
    few_below: Annotated[int, Gt(0)] = Field(
        default=20, description="few: classes with fewer training signals; at most `many_above` + 1"
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.few_below > self.many_above + 1:
            raise InputError(
                f".few_below: got {self.few_below}, must not exceed many_above + 1 = {self.many_above + 1}"
            )
        return self


class StageSettings(Frozen):
    """Settings under those of the methods; they are validated after merging."""

    pretrain: dict[str, Any] = Field(default={}, description="settings of every pre-training")
    stage1: dict[str, Any] = Field(default={}, description="settings of every stage 1")
    stage2: dict[str, Any] = Field(default={}, description="settings of every stage 2")


class Dataset(Frozen):
    """A source of signals, or the prepared signals of another data set, and how they are used."""

    source: Annotated[Source, AfterValidator(expanded_source)] = Field(
        default={}, description="where the signals come from, required without `from`; `~` in a path is the home folder"
    )
    from_: Name | None = Field(
        default=None,
        alias="from",
        description="the data set whose prepared signals are used instead of a `source`; what is not written here is "
        "as there: `split` and `defaults` key by key, `split.validation` and `groups` as a whole",
    )
    unlabelled: Annotated[UnlabelledSource, AfterValidator(expanded_source)] | None = Field(
        default=None,
        description="where unlabelled signals come from, for methods that make pseudo-labels, such as `fixmatch`; they "
        "are stored apart, so that other methods do not depend on them; null: there are none",
    )
    length: Annotated[int, Gt(0)] | None = Field(
        default=None,
        description="samples per signal: longer signals are cut at the end, shorter ones padded with zeros, so that "
        "parts may differ in length; null: as they are",
    )
    mask: list[MaskedField] = Field(
        default=[],
        description="fields of Mode S messages whose samples are set to zero: address (`aa`), message (`me`), parity "
        "(`pi`, which gives the address away), or `all_but_preamble`; for frames of 120 µs, or of 96 µs without the "
        "address",
    )
    unknown_classes: Annotated[
        UnknownClasses | None,
        BeforeValidator(names_or_number, json_schema_input_type=UnknownClasses | list[str] | int | None),
        Words("a number, a list of class names, or {number: NUMBER, seed: NUMBER}", "a number or a list of names"),
    ] = Field(
        default=None,
        description="classes held out as unknown emitters: their names, or how many are drawn; they take no part in "
        "training, validation and metrics, the other classes are renumbered, and their test signals are stored apart, "
        "for open-set metrics alone; null: all classes are known",
    )
    normalize: Literal["rms", "channel", "none"] = Field(
        default="rms",
        description="scaling of each signal: to a root mean square of 1 over all channels (`rms`), each channel to "
        "mean 0 and standard deviation 1 (`channel`), or none",
    )
    split: SplitSettings = Field(default=SplitSettings(), description="how training and validation signals are drawn")
    leave_one_out: dict[str, Any] | None = Field(
        default=None,
        description="beside `from`: makes a data set of each value of a domain, such as `{day: [1, 2, 3]}`, each with "
        "`split.leave_out` of this value and named after it (`NAME_1`, …); a block that names this data set gets all; "
        "null: one data set",
    )
    folds: int | dict[str, Any] | None = Field(
        default=None,
        description="beside a `source` without a test part, or `from` and a data set whose source is used: makes a "
        "data set of each fold (`NAME_1`, …), which is its test part, such as `5` or `{number: 5, by: day}`; "
        "recordings, or all signals of a day, are in one fold; a block that names this data set gets all; null: one "
        "data set",
    )
    family: Name | None = Field(
        default=None,
        description="what the report calls data sets that are folds of one comparison, and summarises together; "
        "`leave_one_out` and `folds` set it; null: the data set stands alone",
    )
    reference: Name | None = Field(
        default=None,
        description="beside `family`: the data set without a change of domain with which the report compares the "
        "folds; `leave_one_out`, and `folds` with `from`, set it; null: none",
    )
    groups: Groups = Field(default=Groups(), description="which classes are many, medium and few")
    test_conditions: Conditions = Field(
        default=Conditions(), description="disturbances of the test signals under which trained models are tested, too"
    )
    test_priors: Priors = Field(
        default=[],
        description="class priors under which the accuracy is also computed: `uniform`, `forward-50` (long-tailed as "
        "in training, with the ratio 50), `backward-50` (the other way round), …",
    )
    defaults: StageSettings = Field(
        default=StageSettings(), description="settings for this data set, above the general ones"
    )

    @model_validator(mode="after")
    def _of_one_origin(self) -> Self:
        written = self.model_fields_set
        if self.from_ is None and not self.source:
            raise InputError(
                ".source: missing, and it has no default; to use the prepared signals of another data set, write "
                "`from:` and its name"
            )
        if self.mask and self.unlabelled:
            raise InputError(".mask: would not be applied to the `unlabelled` signals; remove one of the two")
        prepared = ("source", "unlabelled", "length", "mask")
        if self.from_ is not None and (key := next((key for key in prepared if key in written), None)):
            raise InputError(
                f".{key}: got {getattr(self, key)!r} beside `from: {self.from_}`, whose signals are already prepared; "
                f"remove {key}, or replace `from` by a source"
            )
        return self
