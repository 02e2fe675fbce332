"""Recipes of public data sets: what a set holds, where it comes from, how it is read (no torch).

A recipe is a file of `config/datasets`. It downloads nothing: data sets have conditions of use, and their addresses
change; it says what to fetch by hand and where to put it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Ge, MinLen
from pydantic import Field

from ltsei.config import yaml_file
from ltsei.config.members import Source
from ltsei.core.errors import InputError
from ltsei.core.parsing import Frozen, validate

UNKNOWN = "unknown"
Text = Annotated[str, MinLen(1)]
Evidence = Literal["file", "code", "text", "unknown"]
Checksum = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Checked(Frozen):
    """How each fact is known: from the files, from code that reads them, from a text about them, or not at all."""

    layout: Evidence = Field(description="names, keys and axes of the files")
    license: Evidence = Field(description="the licence")


class DataRecipe(Frozen):
    """A public data set."""

    title: Text = Field(description="what it is, in a line")
    emitters: Annotated[int, Ge(2)] | None = Field(default=None, description="number of classes, if it is known")
    sample_rate_hz: Annotated[float, Ge(1)] | None = Field(default=None, description="sampling rate, if it is known")
    page: Text = Field(description="where it is published, or `unknown`")
    license: Text = Field(description="conditions of use, or `unknown`: ask its authors before you publish with it")
    citation: Text = Field(description="what to cite, or `unknown`")
    download: Annotated[list[Text], MinLen(1)] = Field(description="what to do by hand, step by step")
    source: Source | None = Field(
        default=None, description="the source for `datasets` in the configuration; none where the layout is unknown"
    )
    checksums: dict[str, Checksum] = Field(default={}, description="file -> SHA-256 of what we have seen ourselves")
    checked: Checked = Field(description="how the facts above are known")
    notes: list[Text] = Field(default=[], description="what to know before using it")


def read_recipes(folder: Path) -> dict[str, tuple[DataRecipe, Mapping[str, Any]]]:
    """Return name -> recipe, and its source as written, of all files of a folder in alphabetical order.

    Raises:
        InputError: the folder has no recipe, or mistakes in any of them, a line each.
    """
    recipes: dict[str, tuple[DataRecipe, Mapping[str, Any]]] = {}
    mistakes: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        written = yaml_file.read(path)
        try:
            recipe = validate(DataRecipe, written, lambda key, path=path: f"{path}: {key}".rstrip(": "))  # type: ignore[misc]
        except InputError as error:
            mistakes.append(str(error))
            continue
        recipes[path.stem] = (recipe, written.get("source") or {})
    if mistakes:
        raise InputError("\n".join(mistakes))
    if not recipes:
        raise InputError(f"{folder}: no recipe of a data set; run this in the root of the repository")
    return recipes
