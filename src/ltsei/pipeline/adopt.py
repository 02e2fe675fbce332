"""Enter results without Snakemake's records, from another machine or a killed run, in those records.

A result is identified by the fingerprints beside it: its own rule's, those of everything before it, and the checksum
of the data. Snakemake then makes its records itself, by `--touch`, so that it neither makes the result again nor loses
track of later changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ltsei.core import files
from ltsei.data.split import read_split
from ltsei.pipeline import planned_jobs, provenance
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.rule_table import RECORDED, RULES, JobId, files_on_disk

FILES_PER_CALL = 2000
"""Files named in one call of Snakemake: the length of a command line is limited."""


def adoptable(matrix: Matrix, results: Path) -> list[Path]:
    """Return the last file of each job whose result matches the present configuration, code and data."""
    known = stores(matrix, results)
    current = [name for name, meta in known.items() if matches(meta["fingerprints"], _data(matrix, name, "prepare"))]
    paths = [JobId("prepare", name).last_output(results) for name in current]
    for job in sorted({matrix.job(cell, "make_split") for cell in matrix.cells()}):
        expected = expected_of_data(matrix, job, known)
        split = job.last_output(results)
        if split.exists() and matches(read_split(split).fingerprints, expected):
            paths += [split, *_of_methods(matrix, job, results, expected)]
    return paths


def stores(matrix: Matrix, results: Path) -> dict[str, Any]:
    """Return data set -> meta.json of its store, for those that have one."""
    datasets = dict.fromkeys(cell.dataset for cell in matrix.cells())
    metas = {name: JobId("prepare", name).last_output(results) for name in datasets}
    return {name: files.read_json(meta) for name, meta in metas.items() if meta.exists()}


def adopt(paths: Sequence[Path], overlays: Sequence[str]) -> None:
    """Let Snakemake enter the jobs that wrote these files in its records; InputError where it refuses."""
    for start in range(0, len(paths), FILES_PER_CALL):
        chunk = [str(path) for path in paths[start : start + FILES_PER_CALL]]
        options = ("--touch", "--force", "--cores", "1", "--no-hooks", "--quiet", "all")
        planned_jobs.snakemake(*chunk, *options, overlays=overlays)


def _of_methods(matrix: Matrix, split: JobId, results: Path, expected: Mapping[str, Any]) -> Iterator[Path]:
    """Yield the recipe.json of every matching job of a method under one data set, ratio and seed."""
    for rule in RULES.values():
        if "recipe" not in rule.outputs:
            continue
        pattern = rule.path("recipe").format(**{**split.wildcards, "method": "{method}"})
        for name, path in files_on_disk(results, pattern):
            job, record = JobId.of_file(rule.name, name), files.read_json(path)
            if record["rule"] != rule.name or job.method not in matrix.rule_owners(rule.name):
                continue
            if matches(record["fingerprints"], {**expected, **expected_of_method(matrix, job)}):
                yield path


def expected_of_method(matrix: Matrix, job: JobId) -> dict[str, str]:
    """Return rule -> fingerprint of a job of a method and of all that comes before it."""
    before = RECORDED[: RECORDED.index(job.rule)]
    used = [rule for rule in matrix.rules_of(job.method) if rule in before]
    owners = {rule: matrix.rule_owner(job.method, rule) for rule in used}
    fingerprints = {rule: matrix.recipe(rule, job.dataset, owner).fingerprint for rule, owner in owners.items()}
    return fingerprints | {job.rule: matrix.recipe_of(job).fingerprint}


def expected_of_data(matrix: Matrix, job: JobId, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a job's record must say about its data and its split; `known` is what `stores` returns."""
    checksum = {"data": known.get(job.dataset, {}).get("checksum")}
    return checksum | _data(matrix, job.dataset, "prepare", "make_split")


def _data(matrix: Matrix, dataset: str, *rules: str) -> dict[str, str]:
    return {rule: matrix.recipe(rule, dataset).fingerprint for rule in rules}


def matches(recorded: Mapping[str, str], expected: Mapping[str, Any]) -> bool:
    """Return whether every expected fingerprint is the recorded one."""
    return not provenance.changed(recorded, expected)
