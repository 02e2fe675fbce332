"""The cells as the page's script gets them; what several of them share stands in a list of its own, once."""

import json
import logging
import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from ltsei.report import result_files
from ltsei.report.cell_result import CellResult
from ltsei.report.results import Results
from ltsei.report.words import stage

log = logging.getLogger(__name__)
PROGRESS = 100
"""Cells between two lines of the log."""
EPOCHS = 200
"""Points of a learning curve on the page; of a longer one every so many epochs."""
Json = dict[str, Any]


class CellTable:
    """The cells of a page, and the lists into which they point.

    Attributes:
        cells: one mapping a cell, in the order of the findings.
        shared: ``recipes`` (YAML), ``histories``, ``classes``, ``maps``, ``surroundings``: each entry once.
    """

    def __init__(self, findings: Results, names: Sequence[str], page: str) -> None:
        """Take the metrics in their order, and the path from which links start."""
        self._names, self._page = names, page
        self._places: dict[str, dict[str, int]] = {}
        self._methods = {method.name: index for index, method in enumerate(findings.methods)}
        self._conditions = {key: index for index, key in enumerate(findings.conditions)}
        self.shared: dict[str, list[Any]] = {
            name: [] for name in ("recipes", "histories", "classes", "maps", "surroundings")
        }
        self.cells: list[Json] = []
        for number, cell in enumerate(findings.cells, start=1):
            self.cells.append(self._cell(cell))
            if number % PROGRESS == 0 or number == len(findings.cells):
                log.info("%d of %d cells read", number, len(findings.cells))

    def _cell(self, cell: CellResult) -> Json:
        status, log, error = cell.status
        found: Json = {
            "condition": self._conditions[cell.condition],
            "method": self._methods[cell.files.method],
            "seed": cell.files.seed,
            "blocks": cell.files.blocks,
            "status": status,
            "log": log and link(log, self._page),
            "error": error,
            "target": shlex.quote(cell.files.metrics),
            "files": [[name, link(path, self._page)] for name, path in named_files(cell) if Path(path).is_file()],
        }
        return found if cell.metrics is None else found | self._results(cell)

    def _results(self, cell: CellResult) -> Json:
        shown = cell.diagnostics
        return {
            "values": [rounded((cell.metrics or {}).get(name)) for name in self._names],
            "stale": [stage(level) for level in cell.stale],
            "seconds": rounded(cell.seconds),
            "recipe": self._place("recipes", _recipe_text(cell.recipe)),
            "classes": self._place("classes", _classes(cell)),
            "recalls": [rounded(row["recall"]) for row in cell.per_class],
            "confusion": _sparse(cell.confusion),
            "histories": [
                [stage(rule), self._place("histories", curves(path))]
                for rule, path in cell.files.histories
                if Path(path).is_file()
            ],
            "choices": [asdict(choice) for choice in cell.choices],
            "confidence": shown.get("confidence", []),
            "calibration": [
                {name: rounded(value) for name, value in row.items()} for row in shown.get("calibration", [])
            ],
            "map": self._place("maps", cell.map),
            "mixture": shown.get("mixture"),
            "fingerprints": cell.provenance.get("fingerprints", {}),
            "made": {
                rule: self._place("surroundings", found) for rule, found in cell.provenance.get("made", {}).items()
            },
        }

    def _place(self, name: str, value: Any) -> int | None:
        """Return where `value` stands in the list `name`, once it does; None for nothing."""
        if not value:
            return None
        known, text = self._places.setdefault(name, {}), json.dumps(value, sort_keys=True)
        if text not in known:
            known[text] = len(known)
            self.shared[name].append(value)
        return known[text]


def link(path: str, page: str) -> str:
    """Return the address of a file relative to the page's folder."""
    return quote(Path(os.path.relpath(path, Path(page).parent)).as_posix())


def curves(path: str) -> dict[str, list[float | None]]:
    """Return the columns of a history, of a long one at most `EPOCHS` evenly spread rows and the last."""
    columns = result_files.history(path)
    length = max(map(len, columns.values()), default=0)
    step = -(-length // EPOCHS) if length else 1
    rows = sorted({*range(0, length, step), length - 1}) if length else []
    return {name: [rounded(values[row]) for row in rows] for name, values in columns.items()}


def named_files(cell: CellResult) -> list[tuple[str, str]]:
    """Return (name for readers, path) of everything about a cell, whether it exists or not."""
    source = cell.files
    results = [source.metrics, source.per_class, source.confusion, source.recipe, source.diagnostics]
    stages = [path for _, path in source.histories] + [source.sweep]
    in_stages = [(f"{Path(path).parent.name}/{Path(path).name}", path) for path in stages]
    return [
        *((Path(path).name, path) for path in results),
        *in_stages,
        *((f"log of {Path(log).stem}", log) for log in source.logs),
    ]


def rounded(value: float | None) -> float | None:
    """Return five significant digits, more than the page shows; whole numbers as they are."""
    if value is None or float(value).is_integer():
        return None if value is None else int(value)
    return float(f"{value:.5g}")


def _recipe_text(recipe: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(recipe), sort_keys=False, allow_unicode=True) if recipe else ""


def _classes(cell: CellResult) -> list[list[Any]]:
    """Return [name, group, training signals, test signals] of each class."""
    return [[row["class_name"], row["group"], row["train_count"], row["test_count"]] for row in cell.per_class]


def _sparse(confusion: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return for each true class the predicted classes and their counts in turn, those of no signal left out."""
    return [[item for label, count in enumerate(row) if count for item in (label, count)] for row in confusion]
