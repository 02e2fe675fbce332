"""What the report says about the data: signals per class of every part, classes with few, shared recordings, copies."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ltsei.core import content
from ltsei.data.part_counts import few_signals, shared_groups, sizes
from ltsei.data.split import Split, read_split
from ltsei.report.result_files import intact

Splits = Mapping[tuple[str, str, int], str]


def data_note(splits: Splits, metas: Mapping[str, str]) -> str:
    """Return the lines on every data set of which meta.json and a split exist, and on files that are damaged.

    Args:
        splits: (dataset, ir, seed) -> split.npz.
        metas: dataset -> meta.json.
    """
    lines: list[str] = []
    intact_splits, damaged_splits = intact(splits, read_split)
    intact_metas, damaged_metas = intact(metas, content.read_record)
    for dataset, meta in intact_metas.items():
        of_dataset = {(ir, seed): split for (name, ir, seed), split in intact_splits.items() if name == dataset}
        if of_dataset:
            lines += [f"{dataset}: {line}" for line in dict.fromkeys(_lines(meta, of_dataset))]
    return "\n".join([*lines, *(f"Warning: {line}." for line in damaged_splits + damaged_metas)])


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
