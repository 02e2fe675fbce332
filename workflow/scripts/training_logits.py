"""Compute the logits that a finished method gives the training signals of one cell."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei.core import files
from ltsei.data.split import read_split
from ltsei.pipeline import provenance
from ltsei.runtime.job import job
from ltsei.training.training_logits import training_logits

inputs, outputs, recipe = snakemake.input, snakemake.output, snakemake.params.recipe
with job(snakemake):
    split, labels = read_split(inputs.split), np.load(inputs.labels_train)
    files.write_npy(outputs.logits_train, training_logits(inputs, labels[split.train], split.class_counts))
    provenance.write(outputs.recipe, recipe, snakemake.wildcards, provenance.read(*inputs.before))
