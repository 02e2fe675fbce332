"""A data set for each value of a domain, which training does not see: `leave_one_out:` writes them all at once.

This happens before the experiment file is validated, so that everything after knows ordinary data sets alone.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ltsei.core.errors import InputError

KEY = "leave_one_out"
FORM = "one domain with two values or more, as in {day: [1, 2, 3]}"


def one_by_one(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return the experiment file with a data set for each value to leave out, named after data set and value.

    A block that names the data set gets all of them. The given mapping stays as it is.

    Raises:
        InputError: every mistake in `leave_one_out`, on a line of its own.
    """
    datasets, blocks = mapping.get("datasets"), mapping.get("experiments")
    if not isinstance(datasets, Mapping):
        return dict(mapping)
    written = {name: settings for name, settings in datasets.items() if _values(settings) is not None}
    if not written:
        return dict(mapping)
    mistakes = [line for name, settings in written.items() for line in _mistakes(datasets, name, settings)]
    if mistakes:
        raise InputError("\n".join(mistakes))
    folds = {name: dict(_folds(name, settings)) for name, settings in written.items()}
    made = {
        each: fold for name, settings in datasets.items() for each, fold in folds.get(name, {name: settings}).items()
    }
    changed = {name: _block(block, folds) for name, block in blocks.items()} if isinstance(blocks, Mapping) else blocks
    return {**mapping, "datasets": made} | ({} if blocks is None else {"experiments": changed})


def _values(settings: Any) -> Any:
    return settings.get(KEY) if isinstance(settings, Mapping) else None


def _mistakes(datasets: Mapping[str, Any], name: str, settings: Mapping[str, Any]) -> Iterator[str]:
    where, values = f"datasets.{name}.{KEY}", settings[KEY]
    if not isinstance(values, Mapping) or len(values) != 1:
        yield f"{where}: got {values!r}, expected {FORM}"
        return
    ((domain, listed),) = values.items()
    if not isinstance(listed, list) or len(set(map(str, listed))) < max(2, len(listed)):
        yield f"{where}.{domain}: got {listed!r}, expected {FORM}, each once"
        return
    if settings.get("from") is None:
        yield f"{where}: needs `from:` and the data set whose signals all of them use"
    split = settings.get("split")
    if isinstance(split, Mapping) and split.get("leave_out"):
        yield f"{where}: split.leave_out is set, too; remove one of them"
    yield from (
        f"datasets.{each}: defined by {where}, too; rename one"
        for each, _ in _folds(name, settings)
        if each in datasets
    )


def _folds(name: str, settings: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and settings of the data set without each value."""
    ((domain, values),) = settings[KEY].items()
    rest = {key: value for key, value in settings.items() if key != KEY}
    for value in values:
        yield f"{name}_{value}", {**rest, "split": {**(rest.get("split") or {}), "leave_out": {domain: [value]}}}


def _block(block: Any, folds: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return a block with all data sets made of those that it names."""
    if not isinstance(block, Mapping) or not isinstance(block.get("datasets"), list):
        return block
    named = [
        each for name in block["datasets"] for each in (folds.get(name, (name,)) if isinstance(name, str) else (name,))
    ]
    return {**block, "datasets": named}
