"""The command `ltsei croissant`; what it needs is imported when it runs."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ltsei.data.croissant import Published

FILE = "croissant.json"


def add(commands: Any) -> None:
    """Add the command to the parser."""
    what = "describe a prepared data set in Croissant 1.0 (JSON-LD), for data catalogues and search engines"
    parser = commands.add_parser("croissant", help=what, description=what)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="of the data set, such as results/adsb_synth")
    parser.add_argument("--recipe", help="of the public data set (`ltsei datasets`): licence, citation and page")
    parser.add_argument("--license", default="", help="conditions of use [those of the recipe]")
    parser.add_argument("--url", default="", help="where it is published [the page of the recipe]")
    parser.add_argument("--creator", default="", help="who made the data set")
    parser.add_argument("--published", default="", metavar="DATE", help="when, such as 2024-05-31")
    parser.set_defaults(command=_run)


def _run(options: argparse.Namespace) -> int:
    from ltsei.core import content, files
    from ltsei.core.errors import InputError
    from ltsei.data.croissant import croissant, missing
    from ltsei.data.meta import read_meta

    folder = options.folder if (options.folder / "meta.json").is_file() else options.folder / "signals"
    path = folder / "meta.json"
    if not path.is_file():
        raise InputError(f"{options.folder}: no prepared data set (signals/meta.json) in it; run its target first")
    meta = read_meta(path)
    if not meta.contents:
        raise InputError(f"{path}: an earlier version wrote it without checksums of its arrays; prepare the data again")
    published = _published(options, folder.resolve().parent.name)
    metadata = croissant(meta, content.contents_of(path)["meta.json"], published)
    files.write_json(folder / FILE, metadata)
    sys.stdout.write(f"{folder / FILE}: {len(metadata['distribution'])} files\n")
    if unknown := missing(metadata):
        sys.stderr.write(f"left out, since they are not known: {', '.join(unknown)}; Croissant 1.0 requires them\n")
    return 0


def _published(options: argparse.Namespace, name: str) -> "Published":
    """Return what the recipe and the options say about the data set; what is unknown is empty."""
    from ltsei.cli.data_sets import RECIPES
    from ltsei.config.data_recipe import UNKNOWN, read_recipes
    from ltsei.core.errors import InputError, unknown
    from ltsei.data.croissant import Published

    given = {name: getattr(options, name) for name in ("license", "url", "creator", "published")}
    if options.recipe is None:
        return Published(name, f"The data set {name}, prepared for long-tailed classification", **given)
    recipes = read_recipes(RECIPES)
    if options.recipe not in recipes:
        raise InputError(f"--recipe: {unknown(options.recipe, recipes, 'recipe')}")
    recipe, _ = recipes[options.recipe]
    texts = {"license": recipe.license, "citation": recipe.citation, "url": recipe.page}
    known = {key: text for key, text in texts.items() if not text.startswith(UNKNOWN)}
    return Published(name, recipe.title, **{**given, **known, **{key: text for key, text in given.items() if text}})
