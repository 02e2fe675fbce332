"""What a job asks for: by what jobs of its kind have taken, else by its recipe; more on each attempt."""

from math import ceil

from ltsei.pipeline import costs

HISTORY = costs.History(MATRIX, Path(MATRIX.config.results))
USUAL_EPOCHS = 300


def measured(function, rule, wildcards):
    """What such jobs have taken, None where nobody knows; the snakemake inside a job need not look it up again."""
    return function(costs.Work(rule, wildcards.dataset, wildcards.method)) if workflow.is_main_process else None


def minutes_of(rule, usual):
    """A function -> minutes: three times what such jobs have taken, else `usual` for the usual number of epochs."""

    def minutes(wildcards, attempt):
        seconds = measured(HISTORY.seconds, rule, wildcards)
        if seconds is None:
            epochs = getattr(recipe_of(rule)(wildcards).settings, "epochs", USUAL_EPOCHS)
            return ceil(max(30, usual * epochs / USUAL_EPOCHS)) * attempt
        return ceil(max(10, 3 * seconds / 60)) * attempt

    return minutes


def memory_of(rule, usual):
    """A function -> MB: half as much again as the largest such job has taken, and what snakemake needs beside it."""

    def megabytes(wildcards, attempt):
        peak = measured(HISTORY.memory_mb, rule, wildcards)
        return (usual if peak is None else ceil(1.5 * peak + 1000)) * attempt

    return megabytes
