"""Compare what validation chose with what the test part would have chosen, which is forbidden; for the report alone."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei.core import files
from ltsei.data.split import read_split
from ltsei.data.store import read_test_labels
from ltsei.runtime.job import job
from ltsei.training.trials.selection_on_test import select_on_test

inputs, recipe = snakemake.input, snakemake.params.recipe
with job(snakemake):
    split, labels = read_split(inputs.split), read_test_labels(inputs.labels_test, inputs.meta)
    training_labels = np.load(inputs.labels_train)[split.train]
    selection = select_on_test(recipe.settings, inputs, labels, split.class_counts, training_labels)
    files.write_json(snakemake.output.selection, selection)
