"""Numbers as text, the same on the page, in figures and in tables; `assets/format.js` is `shown` in JavaScript."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, overload

from ltsei.evaluation import metric_labels

Unit = Literal["rank", "effect", "p"] | metric_labels.Unit
DECIMALS: dict[Unit, int] = {"fraction": 1, "number": 3, "rank": 2, "effect": 2, "p": 3}
UNDEFINED = "–"
SIGNIFICANT_DIGITS = 5
"""Digits of a number on the page and in charts, more than any text shows."""
SMALLEST_SHOWN_P = 0.001


@overload
def rounded(value: float) -> float: ...
@overload
def rounded(value: None) -> None: ...
@overload
def rounded(value: float | None) -> float | None: ...
def rounded(value: float | None) -> float | None:
    """Return `value` with five significant digits, whole numbers as int; None stays None."""
    if value is None or float(value).is_integer():
        return None if value is None else int(value)
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def scaled(value: float | None, unit: Unit) -> float | None:
    """Return `value` as an axis shows it: rounded, a fraction in percent."""
    return None if value is None else rounded(100 * value if unit == "fraction" else value)


def shown(value: float | None, unit: Unit, *, sign: bool = False) -> str:
    """Return `value` as text: a fraction in percent, ties rounded away from zero, undefined as a dash.

    Args:
        value: a number; only its first five digits count.
        unit: what kind of number it is.
        sign: mark positive numbers with a plus, as for differences.
    """
    number = rounded(value)
    if number is None:
        return UNDEFINED
    if unit == "p" and number < SMALLEST_SHOWN_P:
        return "< .001"
    decimals = int(not isinstance(number, int)) if unit == "count" else DECIMALS[unit]
    exact = Decimal(100 * number if unit == "fraction" else number)
    text = str(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    if not text.strip("-0."):  # zero has no sign
        return text.removeprefix("-")
    plus = "+" if sign and number > 0 else ""
    return plus + (text.removeprefix("0") if unit == "p" else text.replace("-", "−"))


def mean_and_spread(mean: float | None, sd: float | None, unit: Unit) -> str:
    """Return mean ± standard deviation; without the latter where it is unknown, or a count is always the same."""
    is_constant = unit == "count" and sd == 0
    return shown(mean, unit) + ("" if sd is None or is_constant else f" ± {shown(sd, unit)}")


def interval(low: float | None, high: float | None, unit: Unit) -> str:
    """Return a confidence interval in brackets; nothing where it is unknown."""
    return "" if low is None else f"[{shown(low, unit, sign=True)}, {shown(high, unit, sign=True)}]"


def duration(seconds: float | None) -> str:
    """Return a wall time: seconds, minutes, or hours and minutes."""
    if seconds is None:
        return UNDEFINED
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    return f"{round(seconds / 60, 1)} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def plural(count: int, noun: str) -> str:
    """Return a count with its noun, ``1 seed`` or ``2 seeds``."""
    return f"{count} {noun}" + ("" if count == 1 else "s")
