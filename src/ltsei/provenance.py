"""What a result was made from: a recipe.json beside each, with the recipes and fingerprints of all its ancestors."""

import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ltsei import files
from ltsei.recipe import Recipe

LEVELS = ("data", "prepare", "make_split", "stage1", "features", "stage2", "stage2_network", "stage3", "evaluate")
"""What a number depends on, in the order in which it is made: the source's bytes, then each rule."""


@dataclass(frozen=True)
class Ancestry:
    """What something was made from.

    Attributes:
        fingerprints: level -> fingerprint of settings and code (for ``data``: checksum of the source).
        recipes: rule -> settings.
    """

    fingerprints: Mapping[str, str]
    recipes: Mapping[str, Any] = field(default_factory=dict)


def read(*paths: str | Path) -> Ancestry:
    """Return the ancestry of whatever is made from the results beside which these recipe.json files lie."""
    records = [files.read_json(path) for path in paths]
    return Ancestry(
        {level: value for record in records for level, value in record["fingerprints"].items()},
        {rule: value for record in records for rule, value in record["recipe"].items()},
    )


def write(path: str | Path, recipe: Recipe, coordinates: Iterable[tuple[str, str]], ancestry: Ancestry) -> None:
    """Write the recipe.json of one result.

    Args:
        path: where to.
        recipe: of the rule that made it.
        coordinates: the rule's wildcards and their values.
        ancestry: of its inputs.
    """
    content = {
        "rule": recipe.rule,
        **dict(coordinates),
        "recipe": {**ancestry.recipes, recipe.rule: recipe.settings.model_dump(mode="json")},
        "fingerprints": {**ancestry.fingerprints, recipe.rule: recipe.fingerprint},
        "software": software(),
    }
    files.write_json(path, content)


def software() -> dict[str, str]:
    """Return the versions of what computes the numbers."""
    return {"python": platform.python_version(), **{name: version(name) for name in ("numpy", "scikit-learn", "torch")}}


def stale_levels(recorded: Mapping[str, str], expected: Mapping[str, str]) -> list[str]:
    """Return the levels whose recorded fingerprint is not the expected one, in the order of `LEVELS`."""
    return [level for level in LEVELS if level in expected and recorded.get(level) != expected[level]]
