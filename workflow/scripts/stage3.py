"""Choose the free parameters of the post-hoc steps of one cell on its validation signals."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei.data.split import read_split
from ltsei.pipeline import provenance
from ltsei.runtime.job import job
from ltsei.training import stage3

inputs, outputs, recipe = snakemake.input, snakemake.output, snakemake.params.recipe
with job(snakemake):
    split, labels = read_split(inputs.split), np.load(inputs.labels_train)
    before = stage3.read_outputs(recipe.settings, inputs, "val")
    training = stage3.read_training(inputs, labels[split.train])
    adjusted = stage3.adjust(recipe.settings, before, labels[split.val], split.class_counts, training)
    adjusted.write(outputs)
    provenance.write(outputs.recipe, recipe, snakemake.wildcards, provenance.read(*inputs.before))
