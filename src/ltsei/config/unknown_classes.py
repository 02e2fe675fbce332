"""Which classes of a data set are held out as unknown emitters (no torch)."""

from typing import Annotated, Any, Self

from annotated_types import Ge, MinLen
from pydantic import BeforeValidator, Field, model_validator

from ltsei.core.errors import InputError
from ltsei.core.parsing import Frozen


def _texts(value: Any) -> Any:
    """Return names as texts, as class names are; YAML reads some as numbers."""
    return list(map(str, value)) if isinstance(value, list) else value


class UnknownClasses(Frozen):
    """Classes held out as unknown: `names`, or `number` drawn by `seed`."""

    names: Annotated[list[str], MinLen(1), BeforeValidator(_texts)] | None = Field(
        default=None, description="class names, as the source gives them"
    )
    number: Annotated[int, Ge(1)] | None = Field(
        default=None, description="how many classes are drawn; those of a smaller number are among those of a larger"
    )
    seed: Annotated[int, Ge(0)] = Field(
        default=0, description="of the draw; not the seed of a cell, so that every cell has the same test part"
    )

    @model_validator(mode="after")
    def _names_or_number(self) -> Self:
        if (self.names is None) == (self.number is None):
            raise InputError(": give either a list of class names or a number of classes to draw")
        return self


def names_or_number(value: Any) -> Any:
    """Return the settings that a number or a list of names stands for; other values as they are."""
    if isinstance(value, list):
        return {"names": value}
    return {"number": value} if isinstance(value, int) and not isinstance(value, bool) else value
