"""The population of emitters, and the pulses that each of them sends.

The limits are those of ICAO Annex 10 Vol IV, 3.1.2.2 (carrier ±1 MHz, rise 50-100 ns, decay 50-200 ns, pulse
duration and position ±50 ns). The spreads follow 84 real messages of ten aircraft: carrier offset, its drift over
the frame and the chirp inside a pulse identify an emitter best, the shape of the pulse least.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, get_type_hints

import numpy as np

TICK_S = 1e-9
PULSE_TICKS = 6000
"""Length of a pulse table: longer than the longest time between two pulses."""
LEAD_TICKS = 120
"""Ticks before the half-height point of the leading edge: more than half of the slowest rise."""
RINGING_DECAY_S = 0.12e-6
EDGE_SHARE = 0.5903
"""10-90 % rise time divided by the full length of a raised-cosine edge."""


@dataclass(frozen=True)
class Spread:
    """How one parameter varies between emitters.

    Attributes:
        law: ``normal``: centre + scale·N(0, 1); ``uniform``: centre ± scale; ``lognormal``: centre·e^(scale·N(0, 1)).
        centre: the value of every emitter at separation 0.
        scale: spread between emitters at separation 1.
        low: smallest value.
        high: largest value.
    """

    law: Literal["normal", "uniform", "lognormal"]
    centre: float
    scale: float
    low: float
    high: float

    def draw(self, rng: np.random.Generator, separation: float) -> float:
        """Return one emitter's value; `separation` scales the draw but does not change it."""
        unit = rng.uniform(-1, 1) if self.law == "uniform" else rng.standard_normal()
        offset = separation * self.scale * unit
        value = self.centre * np.exp(offset) if self.law == "lognormal" else self.centre + offset
        return float(np.clip(value, self.low, self.high))


_PREAMBLE = Spread("normal", 0.0, 12e-9, -50e-9, 50e-9)


@dataclass(frozen=True)
class Emitter:
    """The fixed imperfections of one transmitter, each with its spread over the population.

    Frequencies are deviations from 1090 MHz: `drift_hz` builds up over the frame with the time constant
    `drift_time_s`, `chirp_hz` decays after each leading edge with `chirp_time_s`; `cfo_jitter_hz` is the spread of
    the carrier from message to message and `linewidth_hz` the strength of the phase noise. `jitter_s` is the spread
    of a pulse's position. `rise_s` and `fall_s` are 10-90 % times; `width_s`, `preamble_n_s` and `skew_s` (of
    pulses in the second half bit) are deviations from the nominal times; `droop`, `overshoot` and `sag` (over the
    frame) are fractions of the amplitude.
    """

    cfo_hz: Annotated[float, Spread("normal", 300e3, 320e3, -1e6, 1e6)]
    cfo_jitter_hz: Annotated[float, Spread("uniform", 65e3, 45e3, 0.0, 200e3)]
    drift_hz: Annotated[float, Spread("normal", 40e3, 90e3, -400e3, 400e3)]
    drift_time_s: Annotated[float, Spread("uniform", 47.5e-6, 32.5e-6, 5e-6, 200e-6)]
    chirp_hz: Annotated[float, Spread("normal", 60e3, 180e3, -800e3, 800e3)]
    chirp_time_s: Annotated[float, Spread("uniform", 0.165e-6, 0.085e-6, 0.03e-6, 0.5e-6)]
    linewidth_hz: Annotated[float, Spread("lognormal", 300.0, 0.6, 10.0, 5e3)]
    rise_s: Annotated[float, Spread("normal", 75e-9, 18e-9, 50e-9, 100e-9)]
    fall_s: Annotated[float, Spread("normal", 110e-9, 35e-9, 50e-9, 200e-9)]
    width_s: Annotated[float, Spread("normal", 0.0, 20e-9, -50e-9, 50e-9)]
    preamble_0_s: Annotated[float, _PREAMBLE]
    preamble_1_s: Annotated[float, _PREAMBLE]
    preamble_2_s: Annotated[float, _PREAMBLE]
    preamble_3_s: Annotated[float, _PREAMBLE]
    skew_s: Annotated[float, Spread("normal", 0.0, 10e-9, -50e-9, 50e-9)]
    jitter_s: Annotated[float, Spread("uniform", 3.5e-9, 2.5e-9, 0.0, 10e-9)]
    clock_ppm: Annotated[float, Spread("normal", 0.0, 20.0, -100.0, 100.0)]
    droop: Annotated[float, Spread("uniform", 0.1, 0.1, 0.0, 0.4)]
    droop_time_s: Annotated[float, Spread("uniform", 0.3e-6, 0.2e-6, 0.05e-6, 1e-6)]
    overshoot: Annotated[float, Spread("uniform", 0.075, 0.075, 0.0, 0.3)]
    ringing_hz: Annotated[float, Spread("uniform", 5.5e6, 2.5e6, 1e6, 12e6)]
    rapp_p: Annotated[float, Spread("lognormal", 2.5, 0.35, 0.5, 10.0)]
    saturation: Annotated[float, Spread("uniform", 1.3, 0.5, 0.5, 3.0)]
    am_pm_rad: Annotated[float, Spread("normal", 0.0, 0.25, -1.0, 1.0)]
    sag: Annotated[float, Spread("normal", 0.0, 0.03, -0.15, 0.15)]


def make_emitter(rng: np.random.Generator, separation: float) -> Emitter:
    """Return an emitter; `separation` scales all spreads, and 0 makes all emitters the same."""
    hints = get_type_hints(Emitter, include_extras=True)
    return Emitter(**{name: hint.__metadata__[0].draw(rng, separation) for name, hint in hints.items()})


def pulse_tables(emitter: Emitter) -> np.ndarray:
    """Return complex envelopes in steps of 1 ns, complex64 [3, PULSE_TICKS]: a pulse of 0.5 µs, of 1 µs, silence.

    The longer pulse is a 0 followed by a 1: it starts in a second half bit, with the skew, and ends in a first half
    bit, without it.
    """
    short = _pulse(emitter, 0.5e-6 + emitter.width_s)
    long = _pulse(emitter, 1e-6 + emitter.width_s - emitter.skew_s)
    return np.stack([short, long, np.zeros_like(short)]).astype(np.complex64)


def _pulse(emitter: Emitter, width_s: float) -> np.ndarray:
    """Return a pulse, complex128: edges, droop and ringing, then the amplifier (Rapp AM-AM, AM-PM), then the chirp."""
    time = (np.arange(PULSE_TICKS) - LEAD_TICKS) * TICK_S
    rise = emitter.rise_s / EDGE_SHARE
    on = np.maximum(time + rise / 2, 0.0)
    droop = emitter.droop * (1 - np.exp(-on / emitter.droop_time_s))
    ringing = emitter.overshoot * np.exp(-on / RINGING_DECAY_S) * np.sin(2 * np.pi * emitter.ringing_hz * on)
    flank = _edge(time / rise) * _edge((width_s - time) * EDGE_SHARE / emitter.fall_s)
    drive = flank * (1 - droop + ringing)
    amplitude = drive * (1 + (drive / emitter.saturation) ** (2 * emitter.rapp_p)) ** (-0.5 / emitter.rapp_p)
    chirp = 2 * np.pi * emitter.chirp_hz * emitter.chirp_time_s * (1 - np.exp(-on / emitter.chirp_time_s))
    pulse: np.ndarray = amplitude * np.exp(1j * (chirp + emitter.am_pm_rad * drive**2 / (1 + drive**2)))
    return pulse


def _edge(position: np.ndarray) -> np.ndarray:
    """Return a raised-cosine step from 0 to 1, of length 1 and centred on position 0."""
    step: np.ndarray = 0.5 + 0.5 * np.sin(np.pi * np.clip(position, -0.5, 0.5))
    return step
