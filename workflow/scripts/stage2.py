"""Train the classifier of one cell again, on cached features."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei.core.run_seeds import training_seed
from ltsei.data.split import read_split
from ltsei.pipeline import provenance
from ltsei.runtime import checkpoint
from ltsei.runtime.job import job
from ltsei.training import stage2, teacher
from ltsei.training.device import choose_device
from ltsei.training.inputs import read_features

inputs, outputs, params, wildcards = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards
with job(snakemake) as attempt:
    before, features = checkpoint.load(inputs.model), read_features(inputs)
    labels, split = np.load(inputs.labels_train), read_split(inputs.split)
    recipe = params.recipe.settings
    taught = teacher.read(inputs.teacher_of_stage2, recipe.taught_by)
    options = {"seed": training_seed(wildcards.seed), "device": choose_device(params.execution), "attempt": attempt}
    trained = stage2.train(recipe, before, features, labels, split, teacher=taught, **options)
    trained.write(outputs)
    provenance.write(outputs.recipe, params.recipe, wildcards, provenance.read(inputs.before))
