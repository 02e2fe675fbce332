"""Names that methods and data sets cannot have, since they are taken."""

from typing import TypeVar

from ltsei.config.tuning import TUNED
from ltsei.core.errors import InputError

Value = TypeVar("Value")
FOLDERS = {"report": "the report", "smoke": "smoke runs"}
"""Name of a folder beside those of the data sets -> whose it is."""


def not_tuned(methods: dict[str, Value]) -> dict[str, Value]:
    """Return the methods, none of which is called like a tuned one."""
    for name in methods:
        if name.endswith(TUNED):
            raise InputError(f".{name}: names that end in {TUNED} are those of tuned methods, choose another")
    return methods


def not_reserved(datasets: dict[str, Value]) -> dict[str, Value]:
    """Return the data sets, none of which is called like another folder of results."""
    for name, use in FOLDERS.items():
        if name in datasets:
            raise InputError(f".{name}: this name is taken by the folder of {use}, choose another")
    return datasets
