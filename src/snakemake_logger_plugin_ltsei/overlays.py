"""Overlays on the command line that Snakemake cannot read: it says so with a traceback, or without file and line."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ltsei.config import yaml_file
from ltsei.core.errors import InputError

OPTION = "--configfiles"
SHORTEST = "--configf"
"""The option, of which `--configfile` is a beginning, and its shortest beginning that is no other option."""
SUFFIXES = (".yaml", ".yml", ".json")
TARGET_HINT = (
    "; --configfile takes every word up to the next option: if this is a target, write it before --configfile, "
    "as in `snakemake {} --configfile OVERLAY`"
)


def check(arguments: Sequence[str]) -> None:
    """End the process with a sentence for each overlay that cannot be read, if there is one.

    Args:
        arguments: of the command line of Snakemake.
    """
    mistakes = [mistake for path in paths(arguments) for mistake in _mistakes(path)]
    if mistakes:
        sys.exit("\n".join(mistakes))


def paths(arguments: Sequence[str]) -> Iterator[str]:
    """Yield what Snakemake takes for overlays: every word after the option, up to the next option."""
    inside = False
    for argument in arguments:
        option, _, value = argument.partition("=")
        if argument == "--":
            return
        if argument.startswith("-"):
            inside = names_overlays(option) and not value
            if names_overlays(option) and value:
                yield value
        elif inside:
            yield argument


def names_overlays(option: str) -> bool:
    """Return whether what follows an option are overlays; Snakemake takes the beginning of an option for all of it."""
    return option.startswith(SHORTEST) and OPTION.startswith(option)


def _mistakes(path: str) -> Iterator[str]:
    hint = "" if path.endswith(SUFFIXES) else TARGET_HINT.format(path)
    if not Path(path).exists():
        yield f"{path}: no such overlay{hint}"
        return
    try:
        yaml_file.read(path)
    except InputError as error:
        yield f"{error}{hint}"
