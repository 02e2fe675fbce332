"""The checked matrix, and functions named for what they return: paths, recipes, settings of a rule's jobs."""

import re
from pathlib import Path
from types import SimpleNamespace

from snakemake.exceptions import WorkflowError

from ltsei.pipeline.load import load_matrix, made_sources, source_files as files_of_source
from ltsei.core.errors import InputError


def checked_matrix():
    """The matrix that the configuration describes; its mistakes end the run without a traceback."""
    try:
        return load_matrix(config, Path(workflow.basedir) / "workflow" / "scripts")
    except InputError as error:
        raise WorkflowError(f"The experiment file has mistakes:\n{error}") from None


def one_of(names):
    """A regular expression for one of `names`; for none of them, one that never matches."""
    return "|".join(map(re.escape, names)) or "(?!)"


def recipe_of(level):
    """A function wildcards -> recipe, for rules of a method's stage and for those of a data set."""

    def recipe(wildcards):
        return MATRIX.recipe(
            level,
            wildcards.dataset,
            wildcards.get("method") if level in MATRIX.METHOD_RULES else None,
        )

    return recipe


def fingerprint_of(level):
    """A function wildcards -> fingerprint of the recipe: the string that makes Snakemake run a job again."""

    def fingerprint(wildcards):
        return recipe_of(level)(wildcards).fingerprint

    return fingerprint


def threads_of(level):
    """A function wildcards -> threads; gradients depend on their number, so the recipe says it."""

    def threads(wildcards):
        return recipe_of(level)(wildcards).settings.threads

    return threads


def path_of(output, wildcards, **changes):
    """The path of another rule's output under the same wildcards, some of them changed."""
    return str(output).format(**{**dict(wildcards.items()), **changes})


def resume_folder(wildcards, output):
    """Where a training keeps its state: beside the outputs, undeclared, since declared ones are deleted on a retry."""
    return str(Path(output.recipe).parent / "resume")


def check_components():
    """The second gate: every component of every enabled recipe, built once, before any job is submitted."""
    from ltsei.training import preflight

    try:
        preflight.check(MATRIX.stage_recipes(), made_sources(MATRIX), MATRIX.stage1_of_stage2())
    except InputError as error:
        raise WorkflowError(f"The experiment file has wrong values:\n{error}") from None


MATRIX = checked_matrix()
HOW_TO_RUN = SimpleNamespace(
    **{name: getattr(MATRIX.config, name) for name in ("device", "jobs_per_device", "checkpoint_minutes")}
)


pathvars:
    results=MATRIX.config.results,


wildcard_constraints:
    dataset=one_of(MATRIX.config.datasets),
    ir=r"natural|[1-9]\d*(\.\d*[1-9])?",
    seed=r"0|[1-9]\d*",
    block=one_of(MATRIX.blocks()),
