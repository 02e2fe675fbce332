"""Synthetic ADS-B: frames of aircraft transponders which differ only by their physical imperfections."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Literal

import numpy as np

from ltsei.core.context import Context
from ltsei.core.errors import InputError
from ltsei.data.adsb import emitter, mode_s, waveform
from ltsei.data.store import Part, Recordings

CHUNK = 20
"""Messages made at once: few enough for a processor's cache."""
EMITTER, TRAIN, TEST = 0, 1, 2
"""First word of a random stream after the seed; all streams have four words."""


@dataclass(frozen=True)
class _Plan:
    """The parameters of `build` that shape a message."""

    emitters: int
    separation: float
    snr_db: float | None
    sample_rate_hz: float
    mask: tuple[str, ...]
    mask_mode: mode_s.MaskMode
    seed: int


def build(
    context: Context | None,
    *,
    emitters: int = 30,
    train_per_class: int = 220,
    test_per_class: int = 40,
    separation: float = 1.0,
    snr_db: float | None = None,
    sample_rate_hz: float = 50e6,
    mask: list[Literal["aa", "me", "pi"]] = ["aa"],  # noqa: B006 (a literal that `ast` reads, never changed)
    mask_mode: Literal["cut", "blank"] = "cut",
    seed: int = 0,
) -> Recordings:
    """Return valid DF17 frames of simulated emitters, [N, L, 2] with RMS 1 over both channels, as many of each class.

    Frames: ICAO Annex 10 Vol IV, 3.1.2.2 (120 µs at 1090 MHz, pulse position modulation). All bits but DF and CA
    are drawn anew for each message, so that no bit tells the emitter; imperfections: `_emitter.Emitter`. Message
    i of class c and the emitter c stay the same whatever the numbers of classes and messages are.

    The default cuts the address alone, which leaves 4800 samples at 50 MS/s as in the public ADS-B set. There the
    parity still gives the address away; here it cannot, the address itself being random.

    Args:
        context: not used.
        emitters: C, at least 2.
        train_per_class: signals of each class in the training part.
        test_per_class: signals of each class in the test part.
        separation: factor on all differences between emitters, 0 (identical emitters) to 10.
        snr_db: pulse power over noise power within ±5.2 MHz, -20 to 60 dB; None draws min(8 + Gamma(2, 3.5), 28)
            for each message, as measured on real ones.
        sample_rate_hz: 4 to 200 MHz in steps of 125 kHz; from 12.5 MHz on the received band is complete.
        mask: fields to hide: address (AA), message (ME), parity (PI).
        mask_mode: remove the samples of these fields, or set them to zero.
        seed: of emitters and messages, 0 to 2³² - 1.

    Raises:
        InputError: a parameter out of range.
    """
    level = None if snr_db is None else float(snr_db)
    fields = tuple(sorted(set(mask)))
    plan = _Plan(emitters, float(separation), level, float(sample_rate_hz), fields, mask_mode, seed)
    _check(plan, train_per_class, test_per_class)
    parameters = {**asdict(plan), "train_per_class": train_per_class, "test_per_class": test_per_class}
    return Recordings(
        train=_part(plan, TRAIN, train_per_class),
        test=_part(plan, TEST, test_per_class),
        class_names=tuple(f"emitter-{label:03d}" for label in range(emitters)),
        sample_rate_hz=plan.sample_rate_hz,
        checksum=hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest(),
        notes={"synthetic_adsb": parameters},
    )


def _check(plan: _Plan, train_per_class: int, test_per_class: int) -> None:
    _check_range("emitters", plan.emitters, 2, 10_000)
    _check_range("train_per_class", train_per_class, 1, 1_000_000)
    _check_range("test_per_class", test_per_class, 1, 1_000_000)
    _check_range("separation", plan.separation, 0, 10)
    _check_range("snr_db", 0.0 if plan.snr_db is None else plan.snr_db, -20, 60)
    _check_range("sample_rate_hz", plan.sample_rate_hz, 4e6, 200e6)
    _check_range("seed", plan.seed, 0, 2**32 - 1)
    if plan.sample_rate_hz % 125e3 != 0:
        raise InputError(f"sample_rate_hz: got {plan.sample_rate_hz:g}, expected a multiple of 125e3, such as 12.5e6")
    for field in plan.mask:
        if field not in mode_s.FIELDS:
            raise InputError(f"mask: unknown field {field!r}, allowed: {', '.join(mode_s.FIELDS)}")
    if plan.mask_mode not in ("cut", "blank"):
        raise InputError(f"mask_mode: got {plan.mask_mode!r}, allowed: cut, blank")


def _check_range(key: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InputError(f"{key}: got {value:g}, expected {low:g} to {high:g}")


def _part(plan: _Plan, kind: int, per_class: int) -> Part:
    kept = mode_s.kept_samples(plan.mask, plan.sample_rate_hz)
    length = int(kept.sum()) if plan.mask_mode == "cut" else len(kept)
    labels = np.repeat(np.arange(plan.emitters, dtype=np.int64), per_class)
    return Part(labels, (length, 2), partial(_chunks, plan, kind, per_class))


def _chunks(plan: _Plan, kind: int, per_class: int) -> Iterator[np.ndarray]:
    """Yield the messages of each class in turn, float32 [at most CHUNK, L, 2].

    Every chunk is made whole and then shortened: NumPy may round differently in arrays of another size, and a
    message must have the same bytes whatever the number of messages is.
    """
    for label in range(plan.emitters):
        transmitter = emitter.make_emitter(_generator(plan.seed, EMITTER, label, 0), plan.separation)
        tables = emitter.pulse_tables(transmitter)
        for first in range(0, per_class, CHUNK):
            generators = [_generator(plan.seed, kind, label, first + offset) for offset in range(CHUNK)]
            draws = waveform.draw(generators, plan.snr_db)
            signals = _masked(waveform.receive(transmitter, tables, draws, plan.sample_rate_hz), plan)
            yield signals[: per_class - first]


def _generator(seed: int, kind: int, label: int, index: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence((seed, kind, label, index)))


def _masked(signals: np.ndarray, plan: _Plan) -> np.ndarray:
    """Return the signals without the masked fields, at RMS 1."""
    kept = mode_s.kept_samples(plan.mask, plan.sample_rate_hz)
    shown: np.ndarray = signals[:, kept] if plan.mask_mode == "cut" else signals * kept[:, None]
    power = np.mean(np.square(shown, dtype=np.float64), axis=(1, 2), keepdims=True)
    scaled: np.ndarray = shown / np.sqrt(power)
    return scaled.astype(np.float32)
