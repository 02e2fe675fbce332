"""Settings that `ltsei inspect` proposes for files in the layouts of public sets, with sentences that say why."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.data.captures.name_pattern import NamePattern
from ltsei.data.readers.array import Array
from ltsei.data.readers.class_files import class_paths
from ltsei.data.readers.joined_arrays import guessed_keys, is_pattern
from ltsei.data.readers.layout import CONCATENATED
from ltsei.data.readers.open_arrays import open_arrays
from ltsei.data.readers.signal_file import SignalFile
from ltsei.data.readers.value_choice import domain_texts

DOMAINS = ("receiver", "date", "day", "equalized", "snr", "z")
"""Names of arrays, in lower case, that say under which conditions a signal was recorded."""
DAYS = ("date", "day")
"""Those whose last value is proposed as the test part, like that of a group of a file."""


@dataclass
class Proposal:
    """Settings, and sentences that explain them."""

    settings: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def reading(files: str, given: Mapping[str, Any]) -> Proposal:
    """Return settings without which the arrays of a file can be read in several ways, where one is usual."""
    if class_paths(files) is not None:
        return Proposal()
    arrays, suffix = open_arrays(files), Path(files).suffix.lower()
    keys = {} if given["x_key"] or given["classes_from_keys"] else guessed_keys(arrays)
    if keys:
        shown = keys["x_key"]
        return Proposal(keys, [f"The groups of the file are read as {shown}; rename the field in braces as you like."])
    of_key = {array.key: array for array in arrays}
    if given["layout"] != "auto" or given["x_key"] or given["i_key"]:
        return Proposal()
    if suffix in (".h5", ".hdf5") and {"data", "label"} <= set(of_key) and _is_table(of_key["data"]):
        words = "as LoRa_RFFI stores them; if that is wrong, set layout to NL or interleaved"
        return Proposal({"layout": CONCATENATED}, [f"Rows of data are read as all I, then all Q, {words}."])
    tables = [array for array in arrays if _is_table(array)]
    if suffix == ".csv" and len(tables) == 1:
        words = "if it holds I and Q, set layout to concatenated or interleaved"
        return Proposal({"layout": "NL"}, [f"A row is read as a signal of one channel; {words}."])
    return Proposal()


def division(file: SignalFile, given: Mapping[str, Any]) -> Proposal:
    """Return which arrays of a file are domains, and the last day as the test part where every class allows it."""
    proposal, number = Proposal(), len(file.labels)
    groups = NamePattern(given["x_key"]).names if is_pattern(given["x_key"]) else ()
    names = [array.key for array in file.arrays if _is_domain(array, number, groups)]
    if names and not given["domains"]:
        proposal.settings["domains"] = names
    if "equalized" in names and not given["only"] and len(set(domain_texts(file, "equalized", "only"))) > 1:
        proposal.settings["only"] = {"equalized": 0}
        proposal.lines.append("Packets are there twice, equalized (1) and as received (0); only the latter are used.")
    fixed = ("test", "holdout", "test_values", "fold", "group_key", "order_key")
    if all(not given[key] for key in fixed):
        days = (name for name in names if name in groups or name.lower() in DAYS)
        last = ((name, _last_in_every_class(file, name)) for name in days)
        proposal.settings |= next(({"test_values": {name: value}} for name, value in last if value is not None), {})
    return proposal


def _is_table(array: Array) -> bool:
    return array.is_numeric and len(array.shape) == 2 and min(array.shape) > 1 and not array.is_complex


def _is_domain(array: Array, number: int, groups: Sequence[str]) -> bool:
    is_named = array.key in groups or array.key.lower() in DOMAINS
    return is_named and array.problem is None and math.prod(array.shape) == number


def by_number(text: str) -> tuple[int, str]:
    """Return what sorts whole numbers by their value, after other texts."""
    return (int(text) + 1 if text.isdecimal() else 0), text


def _last_in_every_class(file: SignalFile, name: str) -> str | None:
    """Return the last value under a key if every class has signals with it, and others; else None."""
    texts = domain_texts(file, name, "test_values")
    last = max(set(texts.tolist()), key=by_number)
    labels = file.selected_labels
    with_it, without = (np.unique(labels[mask]) for mask in (texts == last, texts != last))
    return last if len(with_it) == len(without) == len(np.unique(labels)) else None
