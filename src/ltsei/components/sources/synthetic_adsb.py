"""Synthetic ADS-B: frames of simulated aircraft transponders that differ only in their physical imperfections."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from ltsei.core.context import Context
from ltsei.core.errors import InputError
from ltsei.data.adsb import emitter, mode_s, waveform
from ltsei.data.recordings import Part, Recordings

CHUNK = 20
"""Messages generated at once: few enough for a processor's cache."""
EMITTER, TRAIN, TEST = 0, 1, 2
"""What a random stream is for: the word after the seed. Every stream is named by four words."""


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
    emitters: Annotated[int, Ge(2), Le(10_000)] = 30,
    train_per_class: Annotated[int, Ge(1), Le(1_000_000)] = 220,
    test_per_class: Annotated[int, Ge(1), Le(1_000_000)] = 40,
    separation: Annotated[float, Ge(0), Le(10)] = 1.0,
    snr_db: Annotated[float, Ge(-20), Le(60)] | None = None,
    sample_rate_hz: Annotated[float, Ge(4e6), Le(200e6)] = 50e6,
    mask: list[Literal["aa", "me", "pi"]] = ["aa"],  # noqa: B006 (a literal, never changed)
    mask_mode: Literal["cut", "blank"] = "cut",
    seed: Annotated[int, Ge(0), Le(4_294_967_295)] = 0,
) -> Recordings:
    """Return valid DF17 frames of simulated emitters, [N, L, 2], equally many per class, RMS 1 over both channels.

    Frames follow ICAO Annex 10 Vol IV, 3.1.2.2 (120 µs at 1090 MHz, pulse position modulation). All bits except DF
    and CA are drawn anew for each message, so that no bit reveals the emitter; `data.adsb.emitter.Emitter` lists the
    imperfections. Emitter c, and message i of class c, do not depend on the numbers of classes and messages.

    By default only the address is cut, which leaves 4800 samples at 50 MS/s, as in the public ADS-B set. There the
    parity still reveals the address; here it cannot, since the address itself is random.

    Args:
        context: not used.
        emitters: C.
        train_per_class: signals of each class in the training part.
        test_per_class: signals of each class in the test part.
        separation: factor on all differences between emitters; 0 makes them identical.
        snr_db: pulse power over noise power within ±5.2 MHz. Default: min(8 + Gamma(2, 3.5), 28) drawn for each
            message, as measured on real ones.
        sample_rate_hz: a multiple of 125 kHz; the received band is complete from 12.5 MHz on.
        mask: fields to hide: address (AA), message (ME), parity (PI).
        mask_mode: remove the samples of these fields (``cut``), or set them to zero (``blank``).
        seed: of emitters and messages.

    Raises:
        InputError: the sampling rate is not a multiple of 125 kHz.
    """
    if sample_rate_hz % 125e3 != 0:
        raise InputError(f"sample_rate_hz: got {sample_rate_hz:g}, expected a multiple of 125e3, such as 12.5e6")
    fields = tuple(sorted(set(mask)))
    plan = _Plan(emitters, separation, snr_db, sample_rate_hz, fields, mask_mode, seed)
    parameters = {**asdict(plan), "train_per_class": train_per_class, "test_per_class": test_per_class}
    return Recordings(
        train=_part(plan, TRAIN, train_per_class),
        test=_part(plan, TEST, test_per_class),
        class_names=tuple(f"emitter-{label:03d}" for label in range(emitters)),
        sample_rate_hz=plan.sample_rate_hz,
        checksum=hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest(),
        notes={"synthetic_adsb": parameters},
    )


def _part(plan: _Plan, kind: int, per_class: int) -> Part:
    visible = mode_s.visible_samples(plan.mask, plan.sample_rate_hz)
    length = int(visible.sum()) if plan.mask_mode == "cut" else len(visible)
    labels = np.repeat(np.arange(plan.emitters, dtype=np.int64), per_class)
    return Part(labels, (length, 2), partial(_chunks, plan, kind, per_class))


def _chunks(plan: _Plan, kind: int, per_class: int) -> Iterator[np.ndarray]:
    """Yield the messages of each class in turn, float32 [at most CHUNK, L, 2].

    Every chunk is generated in full and then shortened: NumPy may round differently in arrays of another size, and
    the bytes of a message must not depend on the number of messages.
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
    visible = mode_s.visible_samples(plan.mask, plan.sample_rate_hz)
    masked: np.ndarray = signals[:, visible] if plan.mask_mode == "cut" else signals * visible[:, None]
    power = np.mean(np.square(masked, dtype=np.float64), axis=(1, 2), keepdims=True)
    scaled: np.ndarray = masked / np.sqrt(power)
    return scaled.astype(np.float32)
