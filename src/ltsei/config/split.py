"""How the signals of a data set are divided into training and validation (no torch)."""

from typing import Annotated, Any, Literal, Self

from annotated_types import Gt, Lt
from pydantic import BeforeValidator, Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from ltsei.core.errors import InputError
from ltsei.core.parsing import Frozen
from ltsei.core.wording import Words


class Validation(Frozen):
    """Where validation signals come from and how many there are; exactly one of the numbers or `given` is set."""

    protocol: Literal["long_tailed", "balanced"] = Field(
        default="long_tailed",
        description="`long_tailed`: the long-tailed set is drawn first and validation is cut out of it, so nothing is "
        "chosen with signals that a user with this tail does not have. `balanced`: validation is drawn before the tail "
        "is cut, as most of the literature does; the report marks it as an oracle",
    )
    per_class: Annotated[int, Gt(0)] | None = Field(
        default=None, description="signals of each class; only with `protocol: balanced`"
    )
    fraction: Annotated[float, Gt(0), Lt(1)] | None = Field(default=None, description="fraction of each class")
    given: Literal[True] | None = Field(default=None, description="exactly the signals of the file `source.val`")

    @model_validator(mode="after")
    def _one_alone(self) -> Self:
        if [self.per_class, self.fraction, self.given].count(None) != 2:
            raise InputError(": give one of per_class, fraction, or write `validation: given` or `validation: none`")
        if self.per_class and self.protocol == "long_tailed":
            raise InputError(
                f".per_class: got {self.per_class}, which rare classes of a long-tailed set do not have; write "
                f"{{fraction: 0.1}}, or {{protocol: balanced, per_class: {self.per_class}}} for validation signals "
                "from outside the long-tailed set"
            )
        if self.given and self.protocol == "balanced":
            raise InputError(".protocol: got balanced, but given validation signals are not drawn; remove it")
        return self


def _validation(value: Any) -> Any:
    """Return the settings that a word stands for; other values as they are."""
    words: dict[str, Any] = {"none": None, "given": {"given": True}}
    return words.get(value, value) if isinstance(value, str) else value


_VALUES = str | int | float | list[str | int | float]


def _texts(value: Any) -> Any:
    """Return values of a domain as the texts that stand in the names of files; a single one as a list."""
    values = value if isinstance(value, list) else [value]
    return list(map(str, values))


_CHOICES = "fraction: NUMBER, {protocol: balanced, per_class: NUMBER}, given or none"


class SplitSettings(Frozen):
    """How training and validation signals are drawn."""

    validation: Annotated[
        Validation | None,
        BeforeValidator(_validation, json_schema_input_type=Validation | Literal["none", "given"] | None),
        Words(_CHOICES, _CHOICES),
    ] = Field(
        default=Validation(fraction=0.1),
        description=(
            "validation part of the training signals: `{fraction: 0.1}` of each class of the long-tailed set, "
            "`{protocol: balanced, per_class: 20}` from outside it, `given` (exactly the signals of the file "
            "`source.val`), or `none`; with `source.group_key` as near to that as whole groups allow"
        ),
    )
    n_max: Annotated[int, Gt(0)] | None = Field(
        default=None,
        description="training signals of the most frequent class, the same for every ratio; null: the largest number "
        "that every class can supply",
    )
    class_order: Literal["index", "random", "frequency"] = Field(
        default="index",
        description="which classes are frequent: the first by label (`index`, as in CIFAR-LT), random ones drawn by "
        "the seed (`random`), or those that are frequent in the source (`frequency`). With `index` the same emitters "
        "are rare for every seed, so seeds do not show how much depends on which ones are",
    )
    shortage: Literal["error", "take_available"] = Field(
        default="error", description="what happens to a class with too few signals"
    )
    selection: Literal["cao2019"] | None = Field(
        default=None,
        description="which signals a class keeps: those that the official code of CIFAR-LT keeps for the same seed "
        "(`cao2019`, Cao et al., NeurIPS 2019; for its images in their original order), or null: a draw of our own",
    )
    leave_out: dict[str, Annotated[list[str], BeforeValidator(_texts, json_schema_input_type=_VALUES)]] = Field(
        default={},
        description="domain → values whose signals are in neither training nor validation, such as `{day: [3]}`: the "
        "test part then shows what an unknown day costs",
    )

    def arguments(self) -> dict[str, Any]:
        """Return the settings as keyword arguments of `ltsei.data.domain_split.make_domain_split`."""
        validation = self.validation and self.validation.model_dump(exclude_none=True)
        return {**self.model_dump(), "leave_out": self.leave_out, "validation": validation}

    @model_serializer(mode="wrap")
    def _only_what_is_on(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Return the settings without `selection` and `leave_out` where they are off, so that fingerprints stay."""
        off = {key for key in ("selection", "leave_out") if not getattr(self, key)}
        return {key: value for key, value in serialize(self).items() if key not in off}
