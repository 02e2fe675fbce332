"""Results of a method that has been renamed: the same recipe under another name.

A name is no part of a fingerprint, so the results are the right ones, in the folder of a name that the configuration no
longer has. They get a second place, by hard links where the file system has them; the old folder stays as it is.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ltsei.core import content, files
from ltsei.core.content import CONTENTS, DamagedError
from ltsei.pipeline import damage
from ltsei.pipeline.adopt import expected, matches, stores
from ltsei.pipeline.job_id import JobId, files_on_disk
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.rule_table import RULES


def renamed(matrix: Matrix, results: Path) -> Iterator[tuple[JobId, JobId]]:
    """Yield (job under its former name, job) for each missing result of a stage that a former name still has intact."""
    former = _former(matrix, results)
    known = stores(matrix, results)
    for job in matrix.jobs():
        candidates = former.get((job.rule, job.dataset, job.ir, job.seed, job.trials), [])
        if not candidates or job.last_output(results).exists():
            continue
        present = expected(matrix, job, known)
        for old in candidates:
            former_files = damage.compare(old, results)
            recorded = former_files.record.get("fingerprints", {})
            if complete(old, results) and not former_files.damaged and matches(recorded, present):
                yield old, job
                break


def take_over(old: JobId, job: JobId, results: Path) -> None:
    """Let the results of a job under its former name be those of `job` too."""
    for name in RULES[job.rule].outputs:
        if name != "recipe":
            _link(old.output(name, results), job.output(name, results))
    with suppress(FileNotFoundError):
        _link(old.benchmark(results), job.benchmark(results))
        _link(old.log(results), job.log(results))
    record = content.read_record(old.output("recipe", results)) | {"method": job.method}
    files.write_json(job.output("recipe", results), content.sealed(record) if CONTENTS in record else record)


def complete(job: JobId, results: Path) -> bool:
    """Return whether all outputs of a job exist."""
    return all(Path(job.output(name, results)).exists() for name in RULES[job.rule].outputs)


def _former(matrix: Matrix, results: Path) -> dict[tuple[str, ...], list[JobId]]:
    """Return (rule, dataset, ratio, seed, trials) -> results under names that own none of this rule any more."""
    former: dict[tuple[str, ...], list[JobId]] = {}
    for rule in RULES.values():
        if "recipe" not in rule.outputs or "metrics" in rule.outputs:  # metrics name their method
            continue
        owners = matrix.rule_owners(rule.name)
        for name, path in files_on_disk(results, rule.path("recipe")):
            job = JobId.of_file(rule.name, name)
            if job.method not in owners and _rule(path) == rule.name:
                former.setdefault((job.rule, job.dataset, job.ir, job.seed, job.trials), []).append(job)
    return former


def _rule(path: Path) -> str | None:
    """Return the rule that wrote a record; None where it cannot be read."""
    try:
        rule: str | None = content.read_record(path).get("rule")
    except DamagedError:
        return None
    return rule


def _link(source: str, target: str) -> None:
    """Give a file a second path; a copy where the file system has no hard links."""
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    with files.atomic(target) as temporary:
        try:
            os.link(source, temporary)
        except FileNotFoundError:
            raise
        except OSError:
            shutil.copy2(source, temporary)
