"""What the report says about the data: how the test part was made, sizes of all parts, shared recordings, copies."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ltsei.core.run_seeds import RunSeed
from ltsei.data.duplicates import shared_by
from ltsei.data.part_counts import LISTED, few_signals, shared_groups, sizes
from ltsei.data.split import Split, read_split
from ltsei.report.result_files import intact, read_meta_record

Splits = Mapping[tuple[str, str, RunSeed], str]


def data_note(splits: Splits, metas: Mapping[str, str]) -> str:
    """Return the lines on every data set of which meta.json and a split exist, and on files that are damaged.

    Args:
        splits: (dataset, ir, seed) -> split.npz.
        metas: dataset -> meta.json.
    """
    lines: list[str] = []
    intact_splits, damaged_splits = intact(splits, read_split)
    intact_metas, damaged_metas = intact(metas, read_meta_record)
    for dataset, meta in intact_metas.items():
        of_dataset = {(ir, seed): split for (name, ir, seed), split in intact_splits.items() if name == dataset}
        if of_dataset:
            lines += [f"{dataset}: {line}" for line in dict.fromkeys(_lines(meta, of_dataset))]
    return "\n".join([*lines, *(f"Warning: {line}." for line in damaged_splits + damaged_metas)])


def _lines(meta: Mapping[str, Any], splits: Mapping[tuple[str, RunSeed], Split]) -> Iterator[str]:
    first: dict[str, Split] = {}  # of each ratio
    for (ir, _), split in splits.items():
        first.setdefault(ir, split)
    test = np.array(meta.get("test_counts", []), dtype=np.int64)
    tested = [f"test {sizes(test)}"] if test.sum() else []
    yield from _test_part(meta)
    yield f"signals: {'; '.join([*_tested(test), *(_totals(ir, split) for ir, split in first.items())])}."
    yield f"signals per class: {'; '.join([*tested, *(_sizes(ir, split) for ir, split in first.items())])}."
    for part, counts in [*(("validation", split.val_counts) for split in first.values()), ("test", test)]:
        if counts.sum() > 0:
            yield from few_signals(meta["class_names"], part, counts)
    yield from (f"Warning: {note}." for split in splits.values() for note in split.notes)
    yield from _source_notes(meta.get("notes", {}))


def _tested(counts: np.ndarray) -> list[str]:
    return [f"{counts.sum()} for test"] if counts.sum() else []


def _totals(ir: str, split: Split) -> str:
    """Return the signals for training and validation at one ratio, and the share of the latter."""
    train, val = int(split.class_counts.sum()), int(split.val_counts.sum())
    validation = f" and {val} for validation ({100 * val / (train + val):.0f} % of both)" if val else ""
    return f"{train} for training{validation} at ratio {ir}"


def _sizes(ir: str, split: Split) -> str:
    """Return the signals per class for training and validation at one ratio."""
    validation = f" and validation {sizes(split.val_counts)}" if split.val_counts.sum() else ""
    return f"training {sizes(split.class_counts)}{validation} at ratio {ir}"


def _test_part(meta: Mapping[str, Any]) -> Iterator[str]:
    """Yield how the test part was made, and whether a recording may be in several parts."""
    notes = meta.get("notes", {})
    holdout = notes.get("holdout")
    generated = [
        note["test_per_class"] for note in notes.values() if isinstance(note, dict) and "test_per_class" in note
    ]
    if holdout:
        yield f"test: {_held_out(holdout)}."
    elif generated:
        yield f"test: {generated[0]} signals of each class, generated independently of training and validation."
    elif meta.get("files"):
        yield "test: the signals of a file of their own."
    if (holdout or {}).get("by") == "time":
        yield "recordings: messages of one recording may be in several parts; `holdout_by: file` keeps them together."
    elif meta.get("files") and "groups" not in notes and "group_key" not in (holdout or {}):
        yield "recordings: unknown, since no group_key is set; signals of one recording may be in several parts."


def _held_out(holdout: Mapping[str, Any]) -> str:
    if "values" in holdout:
        chosen = " and ".join(f"{name} {' or '.join(values)}" for name, values in holdout["values"].items())
        number = f", {holdout['recordings']} recordings" if "recordings" in holdout else ""
        return f"all of {chosen}{number}; training shares none of them"
    if "test_groups" in holdout:
        return _of_groups(holdout)
    share = f"{100 * holdout['fraction']:g} % of each class"
    if "order_key" in holdout or holdout.get("by") == "time":
        return f"the last {share} by {holdout.get('order_key', 'time')}"
    return f"{share}, drawn at random out of the file that training comes from"


def _of_groups(holdout: Mapping[str, Any]) -> str:
    """Return which whole groups are the test part, of a holdout or of a fold."""
    tested = holdout["test_groups"]
    names = ", ".join(map(str, tested[:LISTED])) + ", ..." * (len(tested) > LISTED)
    whole = f"whole groups of {holdout.get('group_key') or holdout['by']}, {len(tested)} ({names})"
    if "fold" in holdout:
        return f"fold {holdout['fold']} of {holdout['folds']}, {whole}; training shares none of them"
    return f"{whole}, about {100 * holdout['fraction']:g} % of each class; training shares none of them"


def _source_notes(notes: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the source recorded about groups and copies."""
    if unknown := notes.get("unknown_classes"):
        listed = ", ".join(unknown[:LISTED]) + ", ..." * (len(unknown) > LISTED)
        yield f"unknown classes, in no part above: {len(unknown)} ({listed}); for open-set metrics alone."
    groups = notes.get("groups", {})
    if groups:
        yield f"validation takes whole groups of {groups['key']}; there are {groups['number']} besides those of test."
    yield from shared_groups(notes)
    duplicates = notes.get("duplicates", {})
    for which, number in duplicates.items():
        yield f"Warning: {number} {which}, as exact copies; allow_duplicates is on."
    if copies := notes.get("copies_in_training"):
        apart = "" if shared_by("training", "validation") in duplicates else "; validation and training share none"
        yield f"{copies} training signals are exact copies of others{apart}."
