"""Reads a pickle of arrays and plain containers without running anything that it asks for.

A pickle is a program that names functions and calls them. Here the names of NumPy's own functions stand for objects of
this module that only note what an array consists of, and any other name is refused, without being imported. Arrays are
then built from their bytes, shape and type, all of which are checked.
"""

import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.core.errors import InputError

KINDS = "biufcSUO"
"""Kinds of arrays: numbers, text, and objects, which are containers themselves."""


class RefusedError(InputError):
    """A pickle asks for something that is not an array or a plain container; the message says for what."""


class Dtype:
    """The type of an array as a pickle describes it."""

    def __init__(self, text: str, *flags: object) -> None:
        """Take NumPy's short name, such as ``f8``."""
        self.dtype = np.dtype(str(text))
        if self.dtype.kind not in KINDS:
            raise RefusedError(f"an array of type {text}")

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        """Take the byte order; RefusedError for structures."""
        if len(state) > 4 and (state[2] is not None or state[4] is not None):
            raise RefusedError("an array of structures")
        if state[1] in ("<", ">"):
            self.dtype = self.dtype.newbyteorder(state[1])


class Stored:
    """An array as a pickle describes it."""

    def __init__(self, *parts: object) -> None:
        """Take what is not needed: subclass, shape and type of the empty array that NumPy begins with."""
        self.values = np.zeros(0)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        """Take shape, type, order and bytes, of which NumPy puts a version first."""
        shape, dtype, is_fortran, raw = state[-4:]
        self.values = built(raw, dtype, shape, "F" if is_fortran else "C")


def built(raw: Any, dtype: Any, shape: Any, order: str = "C", *axes: object) -> np.ndarray:
    """Return the array of some bytes, or of a list of objects; RefusedError where they do not fit its shape."""
    kind = dtype.dtype if isinstance(dtype, Dtype) else np.dtype(str(dtype))
    shape = tuple(int(size) for size in shape)
    if kind.hasobject:
        values = np.empty(len(raw), dtype=object)
        values[:] = raw
    else:
        content = raw.encode("latin1") if isinstance(raw, str) else bytes(raw)  # Python 2 wrote bytes as text
        if min(shape, default=0) < 0 or len(content) != math.prod(shape) * kind.itemsize or axes:
            raise RefusedError(f"an array of shape {shape} that is not its {len(content)} bytes")
        values = np.frombuffer(content, kind)
    return values.reshape(shape, order="F" if order == "F" else "C")


class Call:
    """A call that a pickle makes; a class, since a pickle could set attributes of a function."""

    def __setstate__(self, state: object) -> None:
        """Refuse a state: a call has none."""
        raise RefusedError("a state of a function")


class Buffer(Call):
    """An array made from a buffer, as NumPy writes it in protocol 5."""

    def __new__(cls, raw: Any, dtype: Any, shape: Any, *order: Any) -> Any:
        """Return the array."""
        return built(raw, dtype, shape, *order)


class Scalar(Call):
    """A scalar of NumPy."""

    def __new__(cls, dtype: Any, raw: Any = b"") -> Any:
        """Return the number or the text."""
        if not isinstance(dtype, Dtype) or dtype.dtype.hasobject:
            raise RefusedError("a scalar that is not a number or text")
        return built(raw, dtype, ())[()]


class Encoded(Call):
    """Bytes as Python 3 writes them for Python 2."""

    def __new__(cls, text: str, encoding: str = "latin1") -> Any:
        """Return the bytes."""
        if encoding != "latin1":
            raise RefusedError(f"the encoding {encoding}")
        return text.encode("latin1")


STAND_INS: dict[str, Callable[..., Any]] = {
    "numpy.ndarray": Stored,
    "numpy.dtype": Dtype,
    "multiarray._reconstruct": Stored,
    "multiarray.scalar": Scalar,
    "numeric._frombuffer": Buffer,
    "_codecs.encode": Encoded,
    "collections.OrderedDict": dict,
    "__builtin__.complex": complex,
    "builtins.complex": complex,
}
"""What a pickle may name -> what it gets."""


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Return the stand-in of a name; RefusedError where there is none."""
        place = module.removeprefix("numpy._core.").removeprefix("numpy.core.")
        if f"{place}.{name}" not in STAND_INS:
            raise RefusedError(f"{module}.{name}")
        return STAND_INS[f"{place}.{name}"]


def load_plain(path: Path) -> Any:
    """Return the arrays, containers, numbers and texts of a pickle.

    Raises:
        InputError: the pickle asks for anything else.
        ValueError: it is damaged.
    """
    try:
        with path.open("rb") as file:
            return _resolved(_PlainUnpickler(file, encoding="latin1").load(), {})
    except RefusedError as error:
        raise InputError(
            f"{path}: refused: this pickle asks for {error}, which could run code; only arrays and plain containers "
            "(dict, list, tuple, numbers, text) are read from a pickle: save those, for example with numpy.savez"
        ) from None
    except (pickle.UnpicklingError, AttributeError, MemoryError, RecursionError) as error:
        raise ValueError(str(error) or type(error).__name__) from error


def _resolved(value: Any, done: dict[int, Any]) -> Any:
    """Return containers with the arrays that their stand-ins describe; each object is resolved once."""
    if id(value) in done:
        return done[id(value)]
    result = value
    if isinstance(value, Stored):
        result = value.values
    elif isinstance(value, dict):
        result = {_resolved(key, done): _resolved(each, done) for key, each in value.items()}
    elif isinstance(value, list | tuple):
        result = type(value)(_resolved(each, done) for each in value)
    if isinstance(result, np.ndarray) and result.dtype.hasobject:
        objects = np.empty(result.size, dtype=object)
        objects[:] = [_resolved(each, done) for each in result.flat]
        result = objects.reshape(result.shape)
    done[id(value)] = result
    return result
