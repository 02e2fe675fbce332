"""The jobs of a matrix as Snakemake plans them, and why each would run (no torch)."""

import csv
import io
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ltsei.core import files
from ltsei.core.errors import InputError
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.rules import LAST


@dataclass(frozen=True)
class PlannedJob:
    """One job of the plan.

    Attributes:
        rule: its rule.
        dataset: coordinates, empty where it has none.
        ir: likewise.
        seed: likewise.
        method: the owner of its results, likewise.
        why: why it would run: ``missing``, ``changed: ...``, ``its inputs change``; empty where it is done.
        outputs: the files that it writes.
    """

    rule: str
    dataset: str
    ir: str
    seed: str
    method: str
    why: str
    outputs: tuple[str, ...]

    @property
    def work(self) -> tuple[str, str, str]:
        """Rule, data set and method: what decides how long it takes."""
        return self.rule, self.dataset, self.method


def planned(matrix: Matrix, overlays: Sequence[str]) -> list[PlannedJob]:
    """Return every job of the matrix, as Snakemake plans them.

    Raises:
        InputError: Snakemake cannot plan.
    """
    summary = snakemake("--summary", overlays=overlays)
    found: dict[tuple[str, tuple[str, str, str, str]], list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(summary), delimiter="\t"):
        found.setdefault((row["rule"], _place(matrix, row["rule"], row["output_file"])), []).append(row)
    return [_job(matrix, rule, at, rows) for (rule, at), rows in found.items()]


def snakemake(*arguments: str, overlays: Sequence[str]) -> str:
    """Return what snakemake prints with these arguments; InputError with its complaint where it refuses."""
    chosen = ["--configfile", *overlays] if overlays else []
    command = [sys.executable, "-m", "snakemake", *arguments, *chosen]
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        what = next(argument for argument in arguments if argument.startswith("--"))
        raise InputError(f"snakemake {what}: {(done.stdout + done.stderr).strip()[-2000:]}")
    return done.stdout


def _place(matrix: Matrix, rule: str, output: str) -> tuple[str, str, str, str]:
    """Return data set, ratio, seed and method of the job that writes a file; for a report its folder."""
    if rule not in LAST:
        return str(Path(output).parent), "", "", ""
    dataset, *inner = Path(output).relative_to(matrix.config.results).parts
    if rule == "prepare":
        return dataset, "", "", ""
    ir, seed, method = inner[:3]
    return dataset, ir.removeprefix("ir"), seed.removeprefix("seed"), "" if rule == "make_split" else method


def _job(matrix: Matrix, rule: str, at: tuple[str, str, str, str], rows: Sequence[Mapping[str, str]]) -> PlannedJob:
    place = dict(zip(("dataset", "ir", "seed", "method"), at if rule in LAST else ("", "", "", ""), strict=True))
    outputs = tuple(row["output_file"] for row in rows)
    return PlannedJob(rule, **place, why=_why(matrix, rule, place, rows), outputs=outputs)


def _why(matrix: Matrix, rule: str, place: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> str:
    if all(row["plan"] == "no update" for row in rows):
        return ""
    states = {row["status"] for row in rows} - {"ok"}
    if "missing" in states:
        return "missing"
    if "params changed" in states:
        return "changed: " + _what_changed(matrix, rule, place, [row["output_file"] for row in rows])
    return ", ".join(sorted(states)) or "its inputs change"


def _what_changed(matrix: Matrix, rule: str, place: Mapping[str, str], outputs: Sequence[str]) -> str:
    """Return which settings differ from those that made the results; the code, where none does."""
    record = next((path for path in outputs if path.endswith("recipe.json")), None)
    if record is None or not place["dataset"]:
        return "settings or code"
    method = place["method"] if rule in matrix.METHOD_RULES else None
    now = matrix.recipe(rule, place["dataset"], method).settings.model_dump(mode="json")
    before = files.read_json(record)["recipe"].get(rule, {})
    return "; ".join(_differences(before, now)) or "code"


def _differences(before: Any, now: Any, where: str = "") -> list[str]:
    """Return `key old → new` for every value that differs."""
    if isinstance(before, dict) and isinstance(now, dict) and before.get("name") == now.get("name"):
        keys = list(dict.fromkeys([*before, *now]))
        return [
            line
            for key in keys
            for line in _differences(before.get(key), now.get(key), f"{where}.{key}" if where else key)
        ]
    return [] if before == now else [f"{where} {_short(before)} → {_short(now)}"]


def _short(value: Any) -> str:
    name = value.get("name") if isinstance(value, dict) else None
    return str(name or value)
