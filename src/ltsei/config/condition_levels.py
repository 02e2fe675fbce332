"""Under which conditions trained models are tested beside the test part as it is (no torch)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from annotated_types import Ge, Le
from pydantic import AfterValidator, Field

from ltsei.core.errors import InputError
from ltsei.core.parsing import Frozen
from ltsei.core.wording import Words
from ltsei.numerics import shifted_priors

NEUTRAL: Mapping[str, float] = {
    "snr_db": float("inf"),
    "carrier_offset_hz": 0.0,
    "carrier_offset_cycles_per_sample": 0.0,
    "multipath_decay_samples": 0.0,
    "sample_rate_error_ppm": 0.0,
}
"""Condition -> the level at which it changes nothing."""


def _ascending(levels: list[float]) -> list[float]:
    if levels != sorted(set(levels)):
        raise InputError(f": got {levels}, expected levels in ascending order, each once; write {sorted(set(levels))}")
    return levels


_ORDERED = AfterValidator(_ascending)


class Conditions(Frozen):
    """Disturbances of the test signals, each at several levels; the undisturbed signals come with every one."""

    snr_db: Annotated[list[Annotated[float, Ge(-60), Le(120)]], _ORDERED] = Field(
        default=[],
        description="white Gaussian noise: ratios in dB of each signal's measured power to that of the added noise; "
        "noise that was recorded with a signal counts as signal",
    )
    carrier_offset_hz: Annotated[list[float], _ORDERED] = Field(
        default=[], description="shift of the carrier frequency of I/Q signals in Hz, below half the sample rate"
    )
    carrier_offset_cycles_per_sample: Annotated[list[Annotated[float, Ge(-0.5), Le(0.5)]], _ORDERED] = Field(
        default=[], description="the same in cycles per sample, for I/Q signals whose sample rate is unknown"
    )
    multipath_decay_samples: Annotated[list[Annotated[float, Ge(0)]], _ORDERED] = Field(
        default=[],
        description="echoes behind a direct path of gain 1: samples in which the mean power of the echoes falls to "
        "1/e; the echo after k samples has a complex Gaussian gain (real for signals of one channel) of mean power "
        "exp(-k / decay)",
    )
    multipath_taps: Annotated[int, Ge(2), Le(1024)] = Field(
        default=16, description="taps of the delay line, one sample apart, the direct path included"
    )
    sample_rate_error_ppm: Annotated[list[Annotated[float, Ge(-10000), Le(10000)]], _ORDERED] = Field(
        default=[],
        description="error of the receiver's sample clock in parts per million, by interpolation; positive: samples "
        "are too far apart",
    )
    seed: Annotated[int, Ge(0)] = Field(
        default=0, description="of noise and echoes, the same for all methods and seeds"
    )

    def levels(self) -> dict[str, list[float]]:
        """Return each condition with levels -> these, and the neutral one among them, in ascending order."""
        given = {name: getattr(self, name) for name in NEUTRAL}
        return {name: sorted({*levels, NEUTRAL[name]}) for name, levels in given.items() if levels}

    def misfits(self, shape: Sequence[int] | None, rate: float | None) -> Iterator[str]:
        """Yield the keys of conditions that do not fit signals, each with the reason.

        Args:
            shape: of a signal, (*shape, channels); None where it is not known yet.
            rate: in Hz, None where it is unknown; a shift in Hz is then refused once the shape is known.
        """
        levels = self.levels()
        if levels and shape is not None and len(shape) != 2:
            yield f"test_conditions: got {', '.join(levels)} for images; remove them, they are for signals"
            return
        for name in levels if shape is not None else ():
            yield from (f"test_conditions.{name}: {reason}" for reason in _channels(name, (shape or ())[-1]))
        for reason in _rate(levels.get("carrier_offset_hz", []), rate, known=shape is not None):
            yield f"test_conditions.carrier_offset_hz: {reason}"


def _channels(name: str, channels: int) -> Iterator[str]:
    """Yield why signals with this number of channels cannot have a condition."""
    if name.startswith("carrier") and channels != 2:
        yield f"got signals with {channels} channel{'s' * (channels != 1)}, expected I and Q; remove it"
    if name.startswith("multipath") and channels > 2:
        yield f"got signals with {channels} channels, expected one, or I and Q; remove it"


def _rate(shifts: Sequence[float], rate: float | None, *, known: bool) -> Iterator[str]:
    """Yield why shifts in Hz cannot be made at a sample rate, which may not be `known` yet."""
    largest = max(map(abs, shifts), default=0.0)
    if shifts and rate is None and known:
        yield (
            "the sample rate of these signals is unknown, and a shift in Hz needs it; set `sample_rate_hz` in their "
            "source, or write carrier_offset_cycles_per_sample"
        )
    if rate is not None and largest >= rate / 2:
        yield f"got {largest:g}, expected less than half the sample rate, {rate / 2:g}"


def _is_prior(text: str) -> str:
    try:
        shifted_priors.parse(text)
    except ValueError:
        raise InputError(
            f": got {text!r}, expected uniform, forward-RATIO or backward-RATIO with a ratio above 1, as in forward-50"
        ) from None
    return text


def _distinct(priors: list[str]) -> list[str]:
    parsed = [shifted_priors.parse(each) for each in priors]
    if twice := next((text for place, text in enumerate(priors) if parsed[place] in parsed[:place]), None):
        raise InputError(f": got {twice} twice; name each prior once")
    return priors


Prior = Annotated[
    str,
    AfterValidator(_is_prior),
    Words("uniform, forward-RATIO or backward-RATIO", "uniform, forward-RATIO or backward-RATIO"),
]
Priors = Annotated[list[Prior], AfterValidator(_distinct)]


class ShiftedPriors(Frozen):
    """Settings of the rule test_priors."""

    priors: list[str]
