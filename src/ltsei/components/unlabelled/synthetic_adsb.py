"""Further messages of the emitters of a synthetic ADS-B source, without labels."""

import hashlib
import json
from collections.abc import Iterator
from functools import partial
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from ltsei.components.sources import synthetic_adsb
from ltsei.core.errors import InputError
from ltsei.data.recordings import Part
from ltsei.data.unlabelled import Labelled, Unlabelled, unknown_labels
from ltsei.numerics.long_tail import long_tail_counts

SOURCE = "synthetic_adsb"


def build(
    context: Labelled,
    *,
    per_class: Annotated[int, Ge(1), Le(1_000_000)] = 100,
    imbalance_ratio: Annotated[float, Ge(1), Le(1e6)] = 1.0,
) -> Unlabelled:
    """Return messages that follow those of the training part, class by class, none of which is in it.

    Class c has int(`per_class` · `imbalance_ratio`^(-c/(C-1))) of them, at least one, in the order of the classes'
    indices, whatever the ratio of the labelled signals.

    Args:
        context: the notes of the source of the labelled signals.
        per_class: messages of the first class.
        imbalance_ratio: of the first class to the last one; 1: all classes equally often.

    Raises:
        InputError: the labelled signals are not from the source synthetic_adsb.
    """
    labelled = context.notes.get(SOURCE)
    if labelled is None:
        raise InputError(f"unlabelled: {SOURCE} goes with the source {SOURCE} alone; name files of unlabelled signals")
    parameters = {**labelled, "mask": list(labelled["mask"])}
    first = parameters["train_per_class"]
    longer = synthetic_adsb.build(None, **parameters | {"train_per_class": first + per_class}).train
    counts = np.maximum(long_tail_counts(per_class, imbalance_ratio, parameters["emitters"]), 1)
    place = np.arange(len(longer.labels)) % (first + per_class) - first
    chosen = (place >= 0) & (place < counts[longer.labels])
    settings = {**parameters, "unlabelled_per_class": per_class, "unlabelled_ratio": float(imbalance_ratio)}
    return Unlabelled(
        part=Part(unknown_labels(int(chosen.sum())), longer.signal_shape, partial(_chunks, longer, chosen)),
        checksum=hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest(),
        notes={"signals_per_class": counts.tolist()},
    )


def _chunks(part: Part, chosen: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the signals for which bool `chosen` [N] is True."""
    start = 0
    for chunk in part.chunks():
        rows = chosen[start : start + len(chunk)]
        start += len(chunk)
        if rows.any():
            yield chunk[rows]
