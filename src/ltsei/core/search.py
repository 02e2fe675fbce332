"""What a parameter says about tuning: the range that is worth searching, beside the range that is allowed."""

from dataclasses import dataclass
from typing import Literal

Scale = Literal["linear", "log", "factor"]


@dataclass(frozen=True)
class Search:
    """The part of a parameter's range that tuning covers, as an annotation: ``Annotated[float, Ge(0), Search(0, 2)]``.

    Attributes:
        low: smallest value.
        high: largest value.
        scale: values are spread evenly (``linear``), evenly in their logarithm (``log``), or are multiples of the
            recipe's value between `low` and `high`, evenly in their logarithm (``factor``).
    """

    low: float
    high: float
    scale: Scale = "linear"
