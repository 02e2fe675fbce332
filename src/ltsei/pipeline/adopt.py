"""Results that came without Snakemake's records, from another machine or a killed run, are entered in them (no torch).

A result is known by the fingerprints beside it: that of its own rule, those of everything before it, and the checksum
of the data. Snakemake then makes its records itself, by `--touch`, so that it neither makes the result again nor loses
sight of later changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ltsei.core import files
from ltsei.data.split import read_split
from ltsei.pipeline import planned_jobs, provenance
from ltsei.pipeline.matrix import Cell, Matrix

AT_ONCE = 2000
"""Files named in one call of Snakemake: a command line has a limit."""


def adoptable(matrix: Matrix, results: Path) -> list[Path]:
    """Return the file that each job wrote last whose result matches the present configuration, code and data."""
    here = {(cell.dataset, cell.ir, cell.seed) for cell in matrix.cells()}
    datasets = dict.fromkeys(dataset for dataset, _, _ in here)
    metas = {name: results / name / "signals" / "meta.json" for name in datasets}
    facts = {name: files.read_json(meta) for name, meta in metas.items() if meta.exists()}
    found = [metas[name] for name, fact in facts.items() if _agrees(fact, _data(matrix, name, "prepare"))]
    for dataset, ir, seed in sorted(here):
        folder = results / dataset / f"ir{ir}" / f"seed{seed}"
        recorded = {"data": facts.get(dataset, {}).get("checksum")} | _data(matrix, dataset, "prepare", "make_split")
        split = folder / "split.npz"
        if split.exists() and _agrees({"fingerprints": read_split(split).fingerprints}, recorded):
            found.append(split)
            found += _methods(matrix, Cell(dataset, ir, seed, ""), folder, recorded)
    return found


def adopt(paths: Sequence[Path], overlays: Sequence[str]) -> None:
    """Let Snakemake enter the jobs that wrote these files in its records; InputError where it refuses."""
    for start in range(0, len(paths), AT_ONCE):
        some = [str(path) for path in paths[start : start + AT_ONCE]]
        planned_jobs.snakemake(
            *some, "--touch", "--force", "--cores", "1", "--no-hooks", "--quiet", "all", overlays=overlays
        )


def _methods(matrix: Matrix, where: Cell, folder: Path, data: Mapping[str, Any]) -> Iterator[Path]:
    """Yield the recipe.json of every job of a method under one data set, ratio and seed that matches."""
    for path in sorted(folder.glob("*/**/recipe.json")):
        record = files.read_json(path)
        rule, method = record["rule"], record["method"]
        owners = matrix.canonical_methods() if rule == "evaluate" else matrix.rule_owners(rule)
        if method in owners and _agrees(record, {**data, **_expected(matrix, where.dataset, rule, method)}):
            yield path


def _expected(matrix: Matrix, dataset: str, rule: str, method: str) -> dict[str, str]:
    """Return level -> fingerprint of a rule of a method and of all that comes before it."""
    before = provenance.LEVELS[: provenance.LEVELS.index(rule)]
    used = [level for level in matrix.rules_of(method) if level in before]
    found = {level: matrix.recipe(level, dataset, matrix.rule_owner(method, level)).fingerprint for level in used}
    own = matrix.recipe(rule, dataset, None if rule == "evaluate" else method).fingerprint
    return found | {rule: own}


def _data(matrix: Matrix, dataset: str, *rules: str) -> dict[str, str]:
    return {rule: matrix.recipe(rule, dataset).fingerprint for rule in rules}


def _agrees(record: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    return not provenance.stale_levels(record["fingerprints"], expected)
