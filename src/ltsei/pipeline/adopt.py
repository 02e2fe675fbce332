"""Enter results without Snakemake's records, from another machine or a killed run, in those records.

A result is identified by the fingerprints beside it: its own rule's, those of everything before it, and the checksum
of the data. Snakemake then makes its records itself, by `--touch`, so that it neither makes the result again nor loses
track of later changes. What is damaged, or rests on what is, is refused.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ltsei.core import content
from ltsei.core.content import DamagedError
from ltsei.core.run_seeds import parse_seed
from ltsei.data.split import read_split
from ltsei.pipeline import damage, planned_jobs, provenance
from ltsei.pipeline.data_files import unlabelled_checksum
from ltsei.pipeline.job_id import JobId, files_on_disk
from ltsei.pipeline.matrix import Cell, Matrix
from ltsei.pipeline.rule import WILDCARD
from ltsei.pipeline.rule_table import RECORDED, RULES, UNLABELLED_DATA
from ltsei.pipeline.teachers import LOGITS

FILES_PER_CALL = 2000
"""Files named in one call of Snakemake: the length of a command line is limited."""


@dataclass
class Adoptable:
    """The results that match the present configuration, code and data.

    Attributes:
        paths: the last file of each job that can be adopted.
        refused: job -> why not.
        resting: jobs that are not adopted since they rest on refused ones.
    """

    paths: list[Path] = field(default_factory=list)
    refused: dict[JobId, str] = field(default_factory=dict)
    resting: list[JobId] = field(default_factory=list)


def adoptable(matrix: Matrix, results: Path, *, quick: bool = False) -> Adoptable:
    """Return what can be adopted and what is refused; `quick` as in `damage.compare`."""
    found = Adoptable()
    for job in _matching(matrix, results, found):
        before = _before(matrix, job)
        missing = {other: path for other in before if not content.exists(path := other.last_output(results))}
        found.refused.update({other: f"{path}: {content.MISSING}" for other, path in missing.items()})
        if reason := _obstacle(job, results, quick=quick):
            found.refused[job] = reason
        elif any(other in found.refused or other in found.resting for other in before):
            found.resting.append(job)
        else:
            found.paths.append(job.last_output(results))
    return found


def stores(matrix: Matrix, results: Path) -> dict[str, Any]:
    """Return data set -> meta.json of the store that it uses, where that can be read, and `UNLABELLED_DATA`."""
    records = {}
    for name in matrix.datasets():
        try:
            record = content.read_record(matrix.store_job(name).last_output(results))
            records[name] = record | {UNLABELLED_DATA: unlabelled_checksum(matrix, name, results)}
        except DamagedError:
            continue
    return records


def adopt(paths: Sequence[Path], overlays: Sequence[str]) -> None:
    """Let Snakemake enter the jobs that wrote these files in its records; InputError where it refuses."""
    for start in range(0, len(paths), FILES_PER_CALL):
        chunk = [str(path) for path in paths[start : start + FILES_PER_CALL]]
        options = ("--touch", "--force", "--cores", "1", "--no-hooks", "--quiet", "all")
        planned_jobs.snakemake(*chunk, *options, overlays=overlays)


def _matching(matrix: Matrix, results: Path, found: Adoptable) -> Iterator[JobId]:
    """Yield the jobs whose records match, in the order in which they run; unreadable records are refused."""
    known = stores(matrix, results)
    jobs = [JobId("prepare", name) for name in matrix.stores()]
    jobs += [JobId("prepare_unlabelled", name) for name in matrix.stores() if matrix.dataset(name).unlabelled]
    jobs += sorted({matrix.job(cell, "make_split") for cell in matrix.cells()})
    splits = [job for job in jobs if job.rule == "make_split"]
    of_methods = [job for split in splits for job in _of_methods(matrix, split, results)]
    jobs += sorted(of_methods, key=lambda job: len(matrix.all_teachers(job.method)))
    for job in jobs:
        path = job.last_output(results)
        try:
            fingerprints = recorded(job, path) if content.exists(path) else None
        except DamagedError as error:
            found.refused[job] = f"{error.path}: {error.problem}"
            continue
        if fingerprints is not None and matches(fingerprints, expected(matrix, job, known)):
            yield job


def _of_methods(matrix: Matrix, split: JobId, results: Path) -> Iterator[JobId]:
    """Yield the jobs of methods under one data set, ratio and seed that have a recipe.json."""
    for rule in RULES.values():
        if "recipe" in rule.outputs:
            free = {name: f"{{{name}}}" for name in WILDCARD.findall(rule.place)}
            pattern = rule.path("recipe").format(**free | split.wildcards)
            jobs = (JobId.of_file(rule.name, name) for name, _ in files_on_disk(results, pattern))
            yield from (job for job in jobs if job.method in matrix.rule_owners(rule.name))


def recorded(job: JobId, path: Path) -> Mapping[str, str] | None:
    """Return the fingerprints in the record of a job, which is its last output; None where another rule wrote it.

    Raises:
        DamagedError: the record is missing or not as it was written.
    """
    if job.rule == "make_split":
        return read_split(path).fingerprints
    record = content.read_record(path)
    fingerprints: Mapping[str, str] = record.get("fingerprints", {})
    return fingerprints if record.get("rule", job.rule) == job.rule else None


def expected(matrix: Matrix, job: JobId, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the record of a job must say about itself and all before it; `known` is what `stores` returns."""
    if job.rule == "prepare":
        return _data(matrix, job.dataset, "prepare")
    if job.rule == "prepare_unlabelled":
        return _data(matrix, job.dataset, "prepare", job.rule) | _unlabelled_data(job, known)
    data = expected_of_data(matrix, job, known)
    if job.rule == "make_split":
        return data
    of_method = expected_of_method(matrix, job)
    return {**data, **of_method, **(_unlabelled_data(job, known) if "prepare_unlabelled" in of_method else {})}


def _unlabelled_data(job: JobId, known: Mapping[str, Any]) -> dict[str, Any]:
    return {UNLABELLED_DATA: known.get(job.dataset, {}).get(UNLABELLED_DATA)}


def _obstacle(job: JobId, results: Path, *, quick: bool) -> str:
    """Return why a job whose record matches cannot be adopted; empty where nothing prevents it."""
    for path, wrong in damage.compare(job, results, quick=quick).damaged.items():
        return f"{path}: {wrong}"
    for name in RULES[job.rule].outputs:
        if not os.access(path := job.output(name, results), os.W_OK):
            return f"{path}: you may not write it, so its date cannot be set; adopt a copy of the folder instead"
    return ""


def _before(matrix: Matrix, job: JobId) -> list[JobId]:
    """Return the jobs that a job rests on."""
    if job.rule == "prepare":
        return []
    if job.rule in ("make_split", "prepare_unlabelled"):
        return [matrix.store_job(job.dataset)]
    cell = Cell(job.dataset, job.ir, parse_seed(job.seed), job.method)
    jobs = [matrix.job(cell, "prepare"), matrix.job(cell, "make_split")]
    jobs += [each for rule in _rules_before(matrix, job) for each in matrix.jobs_of_rule(cell, rule)]
    return [*jobs, *matrix.logits_of_teachers(job)]


def _rules_before(matrix: Matrix, job: JobId) -> list[str]:
    rules = matrix.rules_of_teacher(job.method) if job.rule == LOGITS else matrix.rules_of(job.method)
    return [rule for rule in rules if rule in RECORDED[: RECORDED.index(job.rule)]]


def expected_of_method(matrix: Matrix, job: JobId) -> dict[str, str]:
    """Return rule -> fingerprint of a job of a method and of all that comes before it."""
    owners = {rule: matrix.rule_owner(job.method, rule) for rule in _rules_before(matrix, job)}
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
