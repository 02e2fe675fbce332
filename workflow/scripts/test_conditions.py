"""Test a trained method under conditions that its signals do not show: noise, offset, multipath, clock error."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei.core import files
from ltsei.data.groups import groups
from ltsei.data.split import read_split
from ltsei.data.store import open_inputs, read_test_labels
from ltsei.runtime.job import job
from ltsei.training import disturbed_test
from ltsei.training.device import choose_device
from ltsei.training.trained_method import read_method

inputs, recipe, execution = snakemake.input, snakemake.params.recipe.settings, snakemake.params.execution
with job(snakemake):
    store, split = open_inputs(inputs), read_split(inputs.split)
    trained = read_method(inputs), np.load(inputs.logits_test, allow_pickle=False)
    tested = disturbed_test.DisturbedTest(recipe, *trained, store, split, choose_device(execution))
    labels = read_test_labels(inputs.labels_test, inputs.meta)
    rows = tested.rows(labels, groups(split.class_counts, **recipe.groups.model_dump()))
    files.write_csv(snakemake.output.scores, disturbed_test.COLUMNS, list(rows))
