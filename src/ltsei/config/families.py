"""Data sets that stand for several: `leave_one_out:` and `folds:` write a data set for each value or fold.

This happens before the experiment file is validated, so that everything after knows ordinary data sets alone. Those of
one family name it, and the data set without a change of domain with which the report compares them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ltsei.config import folds, leave_one_out
from ltsei.core.errors import InputError

KINDS = {leave_one_out.KEY: leave_one_out, folds.KEY: folds}


def written_out(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return the experiment file with the data sets of each family, named after it.

    A block that names the family gets all of them. The given mapping stays as it is.

    Raises:
        InputError: every mistake in `leave_one_out` and `folds`, on a line of its own.
    """
    datasets, blocks = mapping.get("datasets"), mapping.get("experiments")
    if not isinstance(datasets, Mapping):
        return dict(mapping)
    families = {name: kind for name, settings in datasets.items() if (kind := _kind(settings))}
    if not families:
        return dict(mapping)
    mistakes = [line for name, kind in families.items() for line in _mistakes(datasets, name, kind)]
    if mistakes:
        raise InputError("\n".join(mistakes))
    members = {name: dict(KINDS[kind].members(datasets, name)) for name, kind in families.items()}
    made = {
        each: member
        for name, settings in datasets.items()
        for each, member in members.get(name, {name: settings}).items()
    }
    changed = (
        {name: _block(block, members) for name, block in blocks.items()} if isinstance(blocks, Mapping) else blocks
    )
    return {**mapping, "datasets": made} | ({} if blocks is None else {"experiments": changed})


def _kind(settings: Any) -> str | None:
    """Return the key that makes several of a data set, if it has one."""
    return next((key for key in KINDS if isinstance(settings, Mapping) and settings.get(key) is not None), None)


def _mistakes(datasets: Mapping[str, Any], name: str, kind: str) -> Iterator[str]:
    settings, where = datasets[name], f"datasets.{name}.{kind}"
    if other := next((key for key in KINDS if key != kind and settings.get(key) is not None), None):
        yield f"{where}: {other} is set, too; remove one of them"
    mistakes = list(KINDS[kind].mistakes(datasets, name, where))
    yield from mistakes
    if not mistakes:
        yield from (
            f"datasets.{each}: defined by {where}, too; rename one"
            for each, _ in KINDS[kind].members(datasets, name)
            if each in datasets
        )


def _block(block: Any, members: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return a block with all data sets made of those that it names."""
    if not isinstance(block, Mapping) or not isinstance(block.get("datasets"), list):
        return block
    named = [
        each
        for name in block["datasets"]
        for each in (members.get(name, (name,)) if isinstance(name, str) else (name,))
    ]
    return {**block, "datasets": named}
