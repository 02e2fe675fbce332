"""The matrix, and functions named for what they return: files, recipes and resources of a rule's jobs."""

import re
from pathlib import Path
from types import SimpleNamespace

from snakemake.sourcecache import LocalSourceFile

from ltsei.cli import run_hooks
from ltsei.pipeline import resources, rule_inputs, selection_on_test, tested_cells
from ltsei.pipeline.costs import Measurements
from ltsei.pipeline.domains import datasets_with_domains
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.rule_table import RULES, SCRIPTS


def scripts_folder():
    """The folder of the scripts, here or in the cache of a workflow that was imported from a git repository."""
    if isinstance(workflow.current_basedir, LocalSourceFile):
        return Path(workflow.current_basedir.path, "..", "scripts").resolve()
    return Path([workflow.source_path(f"../scripts/{name}.py") for name in SCRIPTS][0]).parent


def one_of(names):
    """A regular expression for one of `names`; for none of them, one that never matches."""
    return "|".join(map(re.escape, names)) or "(?!)"


def outputs(rule):
    """The outputs of a rule, by name."""
    return {name: f"<results>/{RULES[rule].path(name)}" for name in RULES[rule].outputs}


def log_of(rule):
    """The log of a rule's jobs."""
    return f"<results>/{RULES[rule].log}"


def benchmark_of(rule):
    """The benchmark file of a rule's jobs."""
    return f"<results>/{RULES[rule].benchmark}"


def inputs_of(rule):
    """A function wildcards -> those inputs of a job that depend on its method or data set."""

    def paths(wildcards):
        return rule_inputs.inputs(MATRIX, JobId(rule, **dict(wildcards.items())))

    return paths


def prepared(name):
    """A function wildcards -> a file of the prepared signals that a data set uses, its own or those of another."""

    def path(wildcards):
        return MATRIX.store_job(wildcards.dataset).output(name, MATRIX.config.results)

    return path


def recipe_of(rule):
    """A function wildcards -> recipe."""

    def recipe(wildcards):
        return MATRIX.recipe_of(JobId(rule, **dict(wildcards.items())))

    return recipe


def fingerprint_of(rule):
    """A function wildcards -> fingerprint of the recipe: the string that makes Snakemake run a job again."""

    def fingerprint(wildcards):
        return recipe_of(rule)(wildcards).fingerprint

    return fingerprint


def selection_recipe(wildcards):
    """The recipe of the comparison with a choice on the test part."""
    return selection_on_test.recipe(MATRIX, wildcards.method)


def selection_fingerprint(wildcards):
    """The string that makes Snakemake compare again."""
    return selection_recipe(wildcards).fingerprint


def threads_of(rule):
    """A function wildcards -> threads: gradients depend on their number, so the recipe sets it."""

    def threads(wildcards):
        return recipe_of(rule)(wildcards).settings.threads

    return threads


def request(function, rule, usual):
    """A function -> minutes or megabytes that a job asks for; a snakemake inside a job looks nothing up."""

    def amount(wildcards, attempt):
        job = JobId(rule, **dict(wildcards.items()))
        return function(MEASUREMENTS, job, usual, attempt) if workflow.is_main_process else usual

    return amount


def state_folder(wildcards, output):
    """Where a training saves its state: beside the outputs, undeclared, since declared ones are deleted on a retry."""
    return str(Path(output.recipe).parent / "resume")


run_hooks.prepare_process()
MATRIX = run_hooks.load_matrix(config, scripts_folder())
MEASUREMENTS = Measurements(MATRIX, Path(MATRIX.config.results))
EXECUTION = SimpleNamespace(
    **MATRIX.config.model_dump(include={"device", "jobs_per_device", "checkpoint_minutes", "signal_memory"})
)


pathvars:
    results=MATRIX.config.results,


wildcard_constraints:
    dataset=one_of(MATRIX.config.datasets),
    ir=r"natural|[1-9]\d*(\.\d*[1-9])?",
    seed="|".join([r"0|[1-9]\d*", *MATRIX.config.seed_pairs()]),
    block=one_of(MATRIX.blocks()),
