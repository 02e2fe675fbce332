"""The seeds of a run: one of the split, one of the training.

Where both are equal, the seed is a whole number; a pair that differs is text: ``0-3`` is split 0 with training 3.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ltsei.core.errors import InputError

PAIR = re.compile(r"(0|[1-9]\d*)-(0|[1-9]\d*)")


class SeedPair(str):
    """A split seed and another training seed, as text; between whole numbers in order, by split, then by training."""

    __slots__ = ()

    def __lt__(self, other: Any) -> bool:
        return _order(self) < _order(other)

    def __gt__(self, other: Any) -> bool:
        return _order(self) > _order(other)

    def __le__(self, other: Any) -> bool:
        return _order(self) <= _order(other)

    def __ge__(self, other: Any) -> bool:
        return _order(self) >= _order(other)


RunSeed = int | SeedPair


def run_seed(split: int, training: int) -> RunSeed:
    """Return the seed of a run from its two streams."""
    return split if split == training else SeedPair(f"{split}-{training}")


def parse_seed(text: str | int) -> RunSeed:
    """Return the seed that paths and the experiment file write as ``0`` or ``0-3``.

    Raises:
        InputError: the text is neither a whole number nor a pair of different ones.
    """
    if isinstance(text, int) or text.isdecimal():
        return int(text)
    match = PAIR.fullmatch(text)
    if match is None or match[1] == match[2]:
        raise InputError(f": got {text!r}, expected a seed, or those of split and training if they differ, as in 0-3")
    return SeedPair(text)


def split_seed(seed: str | int) -> int:
    """Return the seed that draws training and validation signals."""
    return _order(parse_seed(seed))[0]


def training_seed(seed: str | int) -> int:
    """Return the seed of initial weights, batches and augmentations."""
    return _order(parse_seed(seed))[1]


def independent(seeds: Iterable[RunSeed]) -> Mapping[RunSeed, int]:
    """Return each seed -> the independent seed that it belongs to, the unit of every test and spread.

    Runs of one split share their training signals, so that the split seed is the unit where there are several. Among
    runs of a single split it is the training seed, and what they show holds for this split only.
    """
    listed = list(seeds)
    stream = split_seed if len(set(map(split_seed, listed))) > 1 else training_seed
    return {seed: stream(seed) for seed in listed}


def _order(seed: RunSeed) -> tuple[int, int]:
    if isinstance(seed, int):
        return seed, seed
    split, training = seed.split("-")
    return int(split), int(training)
