"""Which axis of an array is which: N signals, L samples per signal, C channels (pure functions)."""

import math
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers.file_errors import AmbiguityError

AXES_3 = tuple("".join(letters) for letters in permutations("NLC"))
AXES_2 = ("NL", "LN")
CONCATENATED = "concatenated"
INTERLEAVED = "interleaved"
PAIRED = (CONCATENATED, INTERLEAVED)
"""Layouts of I and Q along one axis."""
OFFSET_BINARY = 127.5
"""The zero level of unsigned 8-bit samples, as receivers and WAV files store them."""


@dataclass(frozen=True)
class Layout:
    """How an array becomes [N, L, channels].

    Attributes:
        name: letters of the axes in stored order, singletons left out, or ``concatenated``, or ``interleaved``.
        order: the stored axes in the order N, L, C (if there is one), singletons.
        stride: entries along the first of these axes per signal: 1, or L in a flat vector.
        length: L.
        channels: channels once complex numbers, concatenated halves and interleaved pairs have become two.
    """

    name: str
    order: tuple[int, ...]
    stride: int
    length: int
    channels: int


def decide(
    shape: tuple[int, ...],
    *,
    scalar: bool,
    num_signals: int,
    layout: str = "auto",
    expected_length: int | None = None,
    channels: int = 1,
) -> Layout:
    """Return the one layout that fits.

    Args:
        shape: the stored shape; singleton axes are ignored unless exactly three axes are stored.
        scalar: whether an element is the sample of one channel; otherwise it is a whole I/Q sample, or one of two
            arrays holds it, and no axis of channels is expected.
        num_signals: N, the number of labels.
        layout: the name of a layout, or ``auto`` for any layout in which C is 2 or, failing that, a singleton axis;
            ``concatenated`` and ``interleaved`` take rows as signals where either axis could be N.
        expected_length: L, where it is known.
        channels: channels per element: 2 where it is a complex number.

    Raises:
        InputError: no layout fits, or several do (`AmbiguityError`); the message does not name the file.
    """
    options = _fitting(shape, scalar, num_signals, layout, expected_length)
    if layout == "auto":
        preferred = [option for option in options if option.channels == 2 and len(option.name) == 3]
        preferred = preferred or [option for option in options if option.channels == 1 and len(option.name) == 3]
        options = preferred or [option for option in options if len(option.name) != 3]
        if scalar and expected_length is None:
            _refuse_pairs(options, shape, num_signals)
    if len(options) == 1 or (options and layout in PAIRED):
        return replace(options[0], channels=options[0].channels * channels)
    if not options:
        raise _no_layout(shape, num_signals, layout, expected_length)
    names = " or ".join(dict.fromkeys(option.name for option in options))
    raise AmbiguityError(
        f"the shape {shape} with {num_signals} labels can be read as {names} (N signals, L samples, C channels; "
        f"{CONCATENATED}: all I, then all Q, along time; {INTERLEAVED}: I, Q, I, Q, ...): set layout to the right one",
        layout=options[0].name,
    )


def canonical(block: np.ndarray, layout: Layout) -> np.ndarray:
    """Return a block along the axis of signals as float32 [n, L, channels]; uint8 is read as offset binary."""
    samples = _components(block.transpose(layout.order))
    number = block.shape[layout.order[0]] // layout.stride
    if layout.name == CONCATENATED:
        return samples.reshape(number, 2, layout.length).swapaxes(1, 2)  # an interleaved pair is a sample as it is
    return samples.reshape(number, layout.length, layout.channels)


def _components(block: np.ndarray) -> np.ndarray:
    """Return float32 with a last axis for real and imaginary part (of length 1 where the block is real)."""
    if block.dtype.names:
        parts = [block[name] for name in block.dtype.names]
    else:
        parts = [block.real, block.imag] if block.dtype.kind == "c" else [block]
    zero = np.float32(OFFSET_BINARY if parts[0].dtype == np.uint8 else 0)
    with np.errstate(over="ignore"):  # values beyond float32 become infinite, which is reported later
        return np.stack([part.astype(np.float32) - zero for part in parts], axis=-1)


def _fitting(
    shape: tuple[int, ...], scalar: bool, num_signals: int, layout: str, expected_length: int | None
) -> list[Layout]:
    singletons = tuple(axis for axis, size in enumerate(shape) if size == 1)
    axes = tuple(axis for axis, size in enumerate(shape) if size != 1)
    names = (*AXES_2, *((*AXES_3, *PAIRED) if scalar else ())) if layout == "auto" else (layout,)
    options: list[Layout | None] = []
    for name in names:
        if len(name) == 3:
            used, spare = (tuple(range(3)), ()) if len(shape) == 3 else (axes, singletons)
            options.append(_named(shape, name, used, spare))
        elif len(axes) == 1 and num_signals > 1 and name != "LN":
            options.append(_flat(shape, name, axes[0], singletons, num_signals))
        elif name in PAIRED:
            options += [_paired(_named(shape, letters, axes, singletons), name) for letters in AXES_2]
        else:
            options.append(_named(shape, name, axes, singletons))
    return [option for option in options if option and _fits(option, shape, num_signals, layout, expected_length)]


def _named(shape: tuple[int, ...], name: str, axes: tuple[int, ...], singletons: tuple[int, ...]) -> Layout | None:
    if len(axes) != len(name):
        return None
    place = dict(zip(name, axes, strict=True))
    order = tuple(place[letter] for letter in "NLC" if letter in place)
    return Layout(name, (*order, *singletons), 1, shape[place["L"]], shape[place["C"]] if "C" in place else 1)


def _flat(shape: tuple[int, ...], name: str, axis: int, singletons: tuple[int, ...], num_signals: int) -> Layout | None:
    length, rest = divmod(shape[axis], num_signals)
    if rest or length < 2:
        return None
    whole = Layout("NL", (axis, *singletons), length, length, 1)
    return whole if name == "NL" else _paired(whole, name)


def _paired(whole: Layout | None, name: str) -> Layout | None:
    """Return the layout whose time axis holds I and Q as `name` says; None where that axis has an odd length."""
    if whole is None or whole.length % 2:
        return None
    return Layout(name, whole.order, whole.stride, whole.length // 2, 2)


def _refuse_pairs(options: list[Layout], shape: tuple[int, ...], num_signals: int) -> None:
    """Raise AmbiguityError where each signal would be two samples of one channel, which is rather one I/Q sample."""
    if any(option.length * option.channels == 2 for option in options):
        raise AmbiguityError(
            f"the shape {shape} with {num_signals} labels is a single I/Q sample for each label: a signal needs more "
            "samples. Cut the recording into signals with one label each, [N, L, 2]; if these are signals of two "
            "samples and one channel, set layout to NL",
            layout="NL",
        )


def _fits(option: Layout, shape: tuple[int, ...], num_signals: int, layout: str, expected_length: int | None) -> bool:
    plausible = layout != "auto" or (option.channels <= 2 and option.length > option.channels)
    right_length = expected_length in (None, option.length)
    return plausible and right_length and shape[option.order[0]] == num_signals * option.stride


def _no_layout(shape: tuple[int, ...], num_signals: int, layout: str, expected_length: int | None) -> InputError:
    """Return the error that says why no layout fits."""
    is_flat = max(shape, default=0) == math.prod(shape)
    if num_signals not in shape and (not is_flat or math.prod(shape) % num_signals):
        return InputError(f"no axis of the shape {shape} is as long as the {num_signals} labels")
    length = "" if expected_length is None else f" with signals of {expected_length} samples"
    if layout != "auto":
        return InputError(f"the layout {layout}{length} does not fit the shape {shape} and {num_signals} labels")
    options = [
        option for name in (*AXES_3, *AXES_2) for option in _fitting(shape, True, num_signals, name, expected_length)
    ]
    example = {"layout": max(options, key=lambda option: option.length).name} if options else {}
    return AmbiguityError(
        f"the layout of the shape {shape} with {num_signals} labels{length} is unclear (recognised without a setting: "
        f"an axis of {num_signals} signals, one of samples and one of 2 channels): set layout to one of "
        f"{', '.join((*AXES_3, *AXES_2, *PAIRED))}",
        **example,
    )
