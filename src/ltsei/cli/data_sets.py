"""`ltsei datasets`: the recipes of public data sets, and which of them are here."""

import hashlib
import importlib
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ltsei.cli.inspect_yaml import entry
from ltsei.config.data_recipe import DataRecipe, read_recipes
from ltsei.core import registry
from ltsei.core.errors import InputError, unknown

RECIPES = Path("config/datasets")
WIDTH = 120


def run(name: str | None, *, verify: bool) -> int:
    """Print all recipes as a table, or one in full; return 1 where a file is not as its checksum says.

    Args:
        name: of the recipe to print; None for the table.
        verify: whether checksums are computed.
    """
    recipes = read_recipes(RECIPES)
    if name is not None and name not in recipes:
        raise InputError(f"datasets: {unknown(name, recipes, 'recipe')}")
    shown = recipes if name is None else {name: recipes[name]}
    states = {each: state(recipe, verify=verify) for each, (recipe, _) in shown.items()}
    lines = table(shown, states) if name is None else details(name, *recipes[name], states[name])
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return int(any("differ" in each for each in states.values()))


def state(recipe: DataRecipe, *, verify: bool) -> str:
    """Return whether the files of a recipe are here, in a few words."""
    if recipe.source is None:
        return "layout unknown"
    parameters = {key: value for key, value in recipe.source.items() if key != "name"}
    module = importlib.import_module(registry.module_name("sources", recipe.source["name"]))
    paths = [Path(path) for path in module.input_files(**parameters)]
    present = [path for path in paths if path.is_file()]
    if not present:
        return "absent"
    if len(present) < len(paths):
        return f"incomplete: {len(present)} of {len(paths)} files"
    if not verify:
        return f"present: {len(paths)} file{'s' * (len(paths) > 1)}"
    known = {path: digest for path, digest in recipe.checksums.items() if Path(path).is_file()}
    wrong = [path for path, digest in known.items() if _sha256(path) != digest]
    if wrong:
        return f"present, but {', '.join(wrong)} differ{'s' * (len(wrong) == 1)} from what the recipe was written for"
    return f"present, {len(known)} of {len(paths)} checksums agree" if known else "present, no checksum is known"


def table(recipes: Mapping[str, tuple[DataRecipe, Mapping[str, Any]]], states: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each recipe, and what to do next."""
    rows = [("name", "classes", "state", "what")]
    for name, (recipe, _) in recipes.items():
        rows.append((name, str(recipe.emitters or "?"), states[name], recipe.title))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    yield from ("  ".join([*map(str.ljust, row[:3], widths), row[3]]) for row in rows)
    yield ""
    yield "ltsei datasets NAME says what to download and prints the lines to paste; --verify compares checksums."


def details(name: str, recipe: DataRecipe, source: Mapping[str, Any], found: str) -> Iterator[str]:
    """Yield a recipe in full; facts that nobody has verified say so."""
    yield f"{name}: {recipe.title}"
    yield f"  state     {found}"
    yield f"  page      {recipe.page}"
    yield f"  licence   {recipe.license} ({_evidence(recipe.checked.license)})"
    yield f"  layout    {_evidence(recipe.checked.layout)}"
    yield from _wrapped("  cite      ", recipe.citation)
    yield "  by hand"
    for number, step in enumerate(recipe.download, start=1):
        yield from _wrapped(f"    {number}. ", step)
    for note in recipe.notes:
        yield from _wrapped("  note      ", note)
    yield ""
    if source:
        yield from entry(Path(name), source, [])
    else:
        yield "Ask `ltsei inspect PATH` how its files can be read."


def _evidence(kind: str) -> str:
    words = {"file": "seen in the files", "code": "from code that reads them", "text": "from a text about them"}
    return words.get(kind, "not verified")


def _wrapped(start: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_on_hyphens=False,
        break_long_words=False,
    )


def _sha256(path: str) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
