"""Datatypes of stored samples, by the names of SigMF: ``cf32_le`` is complex, 32-bit float, little-endian."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ltsei.core.errors import InputError

SUFFIXES: Mapping[str, str] = {
    ".cfile": "cf32_le",
    ".cf32": "cf32_le",
    ".cf64": "cf64_le",
    ".cs16": "ci16_le",
    ".cs8": "ci8",
    ".cu8": "cu8",
}
"""Suffixes of raw files that say which datatype they hold."""
NAME = re.compile(r"([cr])(?:(f)(64|32)|([isu])(32|16|8))(?:_(le|be))?")
EXAMPLES = "cf32_le, cf64_le, ci16_le, ci8, cu8, or rf32_le, ri16_le, ... for one real channel"


@dataclass(frozen=True)
class Datatype:
    """How a sample is stored.

    Attributes:
        name: as messages show it, such as ``ci16_le``.
        component: of I, of Q, or of the only channel.
        channels: 2 for complex samples, 1 for real ones.
    """

    name: str
    component: np.dtype[Any]
    channels: int

    @property
    def sample_bytes(self) -> int:
        """Bytes per sample."""
        return self.component.itemsize * self.channels


def datatype(name: str) -> Datatype:
    """Return the datatype of a name; without ``_le`` or ``_be`` it is little-endian, and ``cs16`` is ``ci16``.

    Raises:
        InputError: there is no such datatype; the message does not say where.
    """
    match = NAME.fullmatch(name)
    if match is None:
        raise InputError(f"unknown datatype {name!r}, expected a name of SigMF such as {EXAMPLES}")
    form, is_float, float_bits, kind, integer_bits, order = match.groups()
    bits = int(float_bits or integer_bits)
    letter = "f" if is_float else kind.replace("s", "i")
    ending = "" if bits == 8 else f"_{order or 'le'}"
    component = np.dtype(f"{'>' if order == 'be' else '<'}{letter}{bits // 8}")
    return Datatype(f"{form}{letter}{bits}{ending}", component, 2 if form == "c" else 1)


def as_float(values: np.ndarray) -> np.ndarray:
    """Return components as float32; unsigned integers are offset binary: 8 bits minus 127.5, 16 bits minus 32767.5."""
    if values.dtype.kind == "u":
        middle = (2 ** (8 * values.dtype.itemsize) - 1) / 2
        centred: np.ndarray = values.astype(np.float64) - middle
        return centred.astype(np.float32)
    with np.errstate(over="ignore"):  # values beyond float32 become infinite, which is reported later
        return values.astype(np.float32)
