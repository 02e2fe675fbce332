"""Apply the post-hoc steps of one cell to its test signals where a step learns from these, without their labels."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei.components.stage3_steps._views import viewed
from ltsei.core import files
from ltsei.data.split import read_split
from ltsei.pipeline import provenance
from ltsei.runtime.job import job
from ltsei.training import stage3

inputs, outputs, recipe = snakemake.input, snakemake.output, snakemake.params.recipe
with job(snakemake):
    split, labels = read_split(inputs.split), np.load(inputs.labels_train)
    before = viewed(stage3.read_outputs(recipe.settings, inputs, "test"), np.load(inputs.views))
    training = stage3.read_training(inputs, labels[split.train])
    adjusted = stage3.applied(files.read_json(inputs.steps), before, split.class_counts, training)
    stage3.write_logits(outputs.logits_test, adjusted)
    provenance.write(outputs.recipe, recipe, snakemake.wildcards, provenance.read(*inputs.before))
