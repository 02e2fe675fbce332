"""Compute the accuracy of one cell under test priors that differ from that of the test part."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei.core import files
from ltsei.data.split import read_split
from ltsei.data.store import read_test_labels
from ltsei.evaluation.shifted_priors import accuracies
from ltsei.runtime.job import job

inputs, recipe = snakemake.input, snakemake.params.recipe.settings
with job(snakemake):
    labels, class_counts = read_test_labels(inputs.labels_test, inputs.meta), read_split(inputs.split).class_counts
    scores = accuracies(np.load(inputs.logits_test), labels, class_counts, recipe.priors)
    files.write_json(snakemake.output.accuracies, scores)
