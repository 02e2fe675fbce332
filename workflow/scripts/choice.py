"""Choose a trial of one tuned method by the validation logits of its trials."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei.core import files
from ltsei.data.split import read_split
from ltsei.pipeline import provenance
from ltsei.runtime.job import job
from ltsei.training.trials.choice import choose

inputs, outputs, recipe = snakemake.input, snakemake.output, snakemake.params.recipe
with job(snakemake):
    labels = np.load(inputs.labels_train)[read_split(inputs.split).val]
    files.write_json(outputs.choice, choose(recipe.settings, [np.load(path) for path in inputs.logits_val], labels))
    provenance.write(outputs.recipe, recipe, snakemake.wildcards, provenance.read(*inputs.before))
