"""A file of signals without labels: which array holds them, and which of its axes is which."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers import keys
from ltsei.data.readers.array import Array
from ltsei.data.readers.layout import AXES_2, AXES_3, PAIRED, Layout, decide
from ltsei.data.readers.open_arrays import open_arrays
from ltsei.data.readers.signal_file import SignalFile, usable_only
from ltsei.data.unlabelled import Labelled, unknown_labels

PARTS = ("unlabelled", "unlabeled")
"""How a key says that its array holds unlabelled signals, as in ``X_unlabelled``."""


@dataclass(frozen=True)
class UnlabelledSettings:
    """The parameters of `components.unlabelled.files`, which explains them."""

    signals: str
    x_key: str | None
    i_key: str | None
    q_key: str | None
    layout: str
    drop_invalid: bool


def open_unlabelled_file(settings: UnlabelledSettings, labelled: Labelled, *, read: bool) -> tuple[SignalFile, str]:
    """Return the signals in use, and the key of labels that are ignored, empty where there are none.

    Args:
        settings: of the source.
        labelled: the labelled signals; their layout and shape decide where several readings are possible.
        read: whether signals are read, to find those that cannot be used; otherwise only headers are.
    """
    path = Path(settings.signals)
    arrays = open_arrays(path)
    signals = _signal_arrays(arrays, settings)
    layout = _layout(signals, settings.layout, labelled)
    number = signals[0].shape[layout.order[0]] // layout.stride
    file = SignalFile(
        path=path,
        labels_path=path,
        arrays=tuple(arrays),
        signals=signals,
        labels_key="",
        layout=layout,
        labels=unknown_labels(number),
        selected=np.arange(number, dtype=np.int64),
    )
    names = (*keys.LABELS, *_spelled(keys.LABELS))
    ignored = keys.optional_array(arrays, None, names, "")
    return (usable_only(file, settings.drop_invalid) if read else file), (ignored.key if ignored else "")


def _spelled(names: Sequence[str]) -> tuple[str, ...]:
    """Return the keys by which an array of unlabelled signals may be called, in lower case."""
    return tuple(key for part in PARTS for name in names for key in (f"{name}_{part}", f"{part}_{name}"))


def _signal_arrays(arrays: Sequence[Array], settings: UnlabelledSettings) -> tuple[Array, ...]:
    i_key, q_key = settings.i_key, settings.q_key
    if (i_key is None) != (q_key is None) or (i_key is not None and settings.x_key is not None):
        raise InputError(f"{arrays[0].path}: i_key and q_key name two arrays; set both of them, without x_key")
    if i_key is not None and q_key is not None:
        signals: tuple[Array, ...] = (keys.named(arrays, i_key, "i_key"), keys.named(arrays, q_key, "q_key"))
    else:
        named = keys.optional_array(arrays, settings.x_key, (*_spelled(keys.SIGNALS), *PARTS), "x_key")
        signals = (named,) if named else keys.signal_arrays(arrays, None, "train")
    for array in signals:
        if not array.is_numeric or array.shape != signals[0].shape:
            raise InputError(f"{array.path}: {keys.listing(signals)}: expected arrays of numbers, of one shape")
    return signals


def _layout(signals: Sequence[Array], name: str, labelled: Labelled) -> Layout:
    """Return the named layout; else one that gives the labelled signals' shape; else that of their file.

    Raises:
        InputError: none fits, or several do.
    """
    names = (*AXES_3, *AXES_2, *PAIRED) if name == "auto" else (name,)
    options = [option for each in names if (option := _option(signals, each))]
    if name == "auto":
        usual = [each for each in options if each.name in labelled.notes.get("layouts", [])[:1]]
        shaped = [each for each in options if (each.length, each.channels * len(signals)) == labelled.signal_shape]
        options = [each for each in usual if each in shaped] or shaped or usual
    if len(options) == 1:
        return options[0]
    raise InputError(
        f"{signals[0].path}: {keys.listing(signals)}: without labels, the axes are unclear; labelled signals are "
        f"{labelled.signal_shape}: set layout under `unlabelled`, such as NLC (N signals, L samples, C channels)"
    )


def _option(signals: Sequence[Array], name: str) -> Layout | None:
    """Return how a layout reads the array, None where it does not fit."""
    array = signals[0]
    for number in dict.fromkeys(array.shape):
        try:
            return decide(
                array.shape,
                scalar=len(signals) == 1 and not array.is_complex,
                num_signals=number,
                layout=name,
                channels=2 if array.is_complex else 1,
            )
        except InputError:
            continue
    return None
