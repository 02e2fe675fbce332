"""What the report says about the data: signals per class of every part, classes with few, shared recordings, copies."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, TypeVar

import numpy as np

from ltsei.core import content
from ltsei.core.content import DamagedError
from ltsei.data.part_counts import few_signals, shared_groups, sizes
from ltsei.data.split import Split, read_split

Key = TypeVar("Key", bound=Hashable)
T = TypeVar("T")
Splits = Mapping[tuple[str, str, int], str]


def data_note(splits: Splits, metas: Mapping[str, str]) -> str:
    """Return the lines on every data set of which meta.json and a split exist, and on files that are damaged.

    Args:
        splits: (dataset, ir, seed) -> split.npz.
        metas: dataset -> meta.json.
    """
    damaged: list[str] = []
    intact, lines = intact_splits(splits, damaged), list[str]()
    for dataset, meta in intact_metas(metas, damaged).items():
        of_dataset = {(ir, seed): split for (name, ir, seed), split in intact.items() if name == dataset}
        if of_dataset:
            lines += [f"{dataset}: {line}" for line in dict.fromkeys(_lines(meta, of_dataset))]
    return "\n".join([*lines, *(f"Warning: {line}." for line in damaged)])


def intact_splits(splits: Splits, damaged: list[str] | None = None) -> dict[tuple[str, str, int], Split]:
    """Return those splits that exist and are as they were written; what is wrong with others goes to `damaged`."""
    return _intact(splits, read_split, damaged)


def intact_metas(metas: Mapping[str, str], damaged: list[str] | None = None) -> dict[str, dict[str, Any]]:
    """Return those meta.json that exist and are as they were written; what is wrong with others goes to `damaged`."""
    return _intact(metas, content.read_record, damaged)


def _intact(paths: Mapping[Key, str], read: Callable[[str], T], damaged: list[str] | None) -> dict[Key, T]:
    values: dict[Key, T] = {}
    for key, path in paths.items():
        try:
            if content.exists(path):
                values[key] = read(path)
        except DamagedError as error:
            if damaged is not None:
                damaged.append(str(error))
    return values


def _lines(meta: Mapping[str, Any], splits: Mapping[tuple[str, int], Split]) -> Iterator[str]:
    first: dict[str, Split] = {}  # of each ratio
    for (ir, _), split in splits.items():
        first.setdefault(ir, split)
    val = next(iter(first.values())).val_counts
    parts = {"validation": val, "test": np.array(meta.get("test_counts", []), dtype=np.int64)}
    shown = [f"{part} {sizes(counts)}" for part, counts in parts.items() if counts.sum() > 0]
    ratios = [f"training {sizes(split.class_counts)} at ratio {ir}" for ir, split in first.items()]
    yield f"signals per class: {'; '.join([*shown, *ratios])}."
    for part, counts in parts.items():
        if counts.sum() > 0:
            yield from few_signals(meta["class_names"], part, counts)
    yield from (f"Warning: {note}." for split in splits.values() for note in split.notes)
    yield from _source_notes(meta.get("notes", {}))


def _source_notes(notes: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the source recorded about groups and copies."""
    groups = notes.get("groups", {})
    if groups:
        yield f"validation takes whole groups of {groups['key']}; there are {groups['number']} besides those of test."
    yield from shared_groups(notes)
    for which, number in notes.get("duplicates", {}).items():
        yield f"Warning: {number} {which}, as exact copies; allow_duplicates is on."
    if copies := notes.get("copies_in_training"):
        yield f"{copies} training signals are exact copies of others; validation and training share none."
