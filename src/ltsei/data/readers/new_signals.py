"""Signals without labels, to be classified by a trained model: which array, which axes, how many.

The model says how many channels there are and how long a signal is, which replaces what labels say of training files.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers import keys, layout
from ltsei.data.readers.array import Array, loaded_array
from ltsei.data.readers.file_errors import AmbiguityError
from ltsei.data.readers.open_arrays import open_arrays
from ltsei.data.readers.open_signal_file import ReaderSettings
from ltsei.data.readers.signal_file import SignalFile

LONGEST = 2
"""A single signal of this many times the model's length is a whole recording, which has to be cut into signals."""


@dataclass(frozen=True)
class NewSignals:
    """The signals of one file, read block by block.

    Attributes:
        path: of the file.
        file: how it is read.
    """

    path: Path
    file: SignalFile

    columns = ()

    def __len__(self) -> int:
        return len(self.file.selected)

    @property
    def length(self) -> int:
        """Samples per signal, as stored."""
        return self.file.signal_shape[0]

    def chunks(self) -> Iterator[np.ndarray]:
        """Yield the signals in the file's order as float32 [n, L, channels]."""
        yield from self.file.chunks(self.file.selected)

    def places(self, first: int, last: int) -> Iterator[Mapping[str, Any]]:
        """Yield nothing for each of the signals ``first:last``: they lie in no recording."""
        yield from ({} for _ in range(first, last))


def open_new_signals(path: str | Path, settings: ReaderSettings, signal_shape: tuple[int, ...]) -> NewSignals:
    """Return the signals of a file, unread, of whatever format; recordings enter by `open_new_recordings`.

    Args:
        path: of the file.
        settings: how it is read, where the file leaves that open.
        signal_shape: (L, channels) of the model.

    Raises:
        InputError: the file is missing, damaged or ambiguous, or its signals have other channels.
    """
    try:
        arrays = open_arrays(path)
        signals = _signals(arrays, settings)
        return NewSignals(Path(path), _signal_file(Path(path), arrays, signals, settings, signal_shape))
    except AmbiguityError as error:
        example = " ".join(f"{key}={value}" for key, value in error.example.items())
        hint = f", such as {example}" if example else ""
        raise InputError(f"{error}: add the setting to the command{hint}") from error


def usable(chunk: np.ndarray) -> np.ndarray:
    """Return which signals of [n, L, channels] are finite and vary, bool [n]; the others have no class."""
    finite: np.ndarray = np.isfinite(chunk).all(axis=(1, 2))
    varying: np.ndarray = (chunk != chunk[:, :1]).any(axis=(1, 2)) | (chunk.shape[1] == 1)
    passed: np.ndarray = finite & varying
    return passed


def _signals(arrays: Sequence[Array], settings: ReaderSettings) -> tuple[Array, ...]:
    """Return the array of signals, or those of I and of Q."""
    if settings.i_key is not None and settings.q_key is not None:
        pair = {"i_key": settings.i_key, "q_key": settings.q_key}
        signals = tuple(keys.named(arrays, key, setting) for setting, key in pair.items())
    else:
        vectors = [array for array in arrays if array.is_numeric and len(arrays) == 1]  # one signal of one channel
        signals = tuple(vectors) or keys.signal_arrays(arrays, settings.x_key, "test")
    wrong = next((array for array in signals if not array.is_numeric), None)
    if wrong is not None:
        raise InputError(f"{wrong.path}: {wrong} cannot hold the signals: expected a plain array of numbers")
    if len({array.shape for array in signals}) > 1:
        raise InputError(f"{signals[0].path}: I and Q must have one shape, got {keys.listing(signals)}")
    return signals


def _signal_file(
    path: Path,
    arrays: Sequence[Array],
    signals: tuple[Array, ...],
    settings: ReaderSettings,
    signal_shape: tuple[int, ...],
) -> SignalFile:
    """Return the signals in the one layout that fits the model; a single signal becomes one of N = 1."""
    fits = _layouts(signals, settings, signal_shape)
    if not fits and settings.layout == "auto" and _is_single(signals, signal_shape[-1]):
        signals = (_single(path, signals, signal_shape),)
        fits = {1: _layouts(signals, settings, signal_shape)[1]}
    of_length = {number: fit for number, fit in fits.items() if fit.length == signal_shape[0]}
    chosen = of_length if len(of_length) == 1 else fits
    if len(chosen) != 1:
        raise _misfit(path, signals, chosen, signal_shape)
    ((number, fit),) = chosen.items()
    everything = np.arange(number, dtype=np.int64)
    return SignalFile(path, path, tuple(arrays), signals, "", fit, np.zeros(number), everything)


def _is_single(signals: Sequence[Array], channels: int) -> bool:
    """Return whether the arrays hold one signal: no axis of signals, and the right number of channels."""
    sizes = [size for size in signals[0].shape if size > 1]
    in_elements = (2 if signals[0].dtype.kind == "c" else 1) * len(signals)
    return len(sizes) == 1 + (in_elements != channels) and channels in (in_elements, in_elements * min(sizes))


def _single(path: Path, signals: Sequence[Array], signal_shape: tuple[int, ...]) -> Array:
    """Return the one signal in the arrays as [1, L, channels] or [1, channels, L]; InputError for a long recording."""
    length, channels = max(signals[0].shape), signal_shape[-1]
    if length >= LONGEST * signal_shape[0]:
        raise InputError(
            f"{path}: one recording of {length} samples, where the model takes signals of {signal_shape[0]}: cut it "
            f"into signals, [N, {signal_shape[0]}, {channels}]"
        )
    parts = [array.read().squeeze() for array in signals]
    parts = [
        part for values in parts for part in ([values.real, values.imag] if values.dtype.kind == "c" else [values])
    ]
    return loaded_array(path, signals[0].key, np.stack(parts, axis=-1)[None] if len(parts) > 1 else parts[0][None])


def _layouts(
    signals: Sequence[Array], settings: ReaderSettings, signal_shape: tuple[int, ...]
) -> dict[int, layout.Layout]:
    """Return number of signals -> the layout in which an array has the channels of the model."""
    fits: dict[int, layout.Layout] = {}
    shape, is_complex = (signals[0].shape, signals[0].is_complex) if signals else ((), False)
    for number in dict.fromkeys(shape):
        try:
            fit = layout.decide(
                shape,
                scalar=len(signals) == 1 and not is_complex,
                num_signals=number,
                layout=settings.layout,
                expected_length=settings.expected_length,
                channels=2 if is_complex else 1,
            )
        except InputError:
            continue
        if fit.channels * len(signals) == signal_shape[-1] and fit.length > 1:
            fits[number] = fit
    return fits


def _misfit(
    path: Path, signals: Sequence[Array], fits: dict[int, layout.Layout], signal_shape: tuple[int, ...]
) -> InputError:
    """Return the error that says that no layout fits, or which do."""
    length, channels = signal_shape
    wanted = f"the model takes signals of {length} samples and {channels} channels"
    if not fits:
        return InputError(
            f"{path}: {keys.listing(signals)}: {wanted}; expected [N, {length}, {channels}] in any "
            "order of the axes; for I and Q along one axis set layout=concatenated or layout=interleaved"
        )
    readings = " or ".join(f"{number} signals of {fit.length} samples ({fit.name})" for number, fit in fits.items())
    first = next(iter(fits.values()))
    return AmbiguityError(f"{path}: {keys.listing(signals)}: may be {readings}; {wanted}", layout=first.name)
