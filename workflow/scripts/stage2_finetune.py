"""Train the classifier of one cell again where that changes the backbone."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.core.run_seeds import training_seed
from ltsei.data.split import read_split
from ltsei.data.store import open_inputs
from ltsei.pipeline import provenance
from ltsei.runtime import checkpoint
from ltsei.runtime.job import job
from ltsei.training import stage2_finetune, teacher
from ltsei.training.device import choose_device
from ltsei.training.inputs import write_features

inputs, outputs, params, wildcards = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards
with job(snakemake) as attempt:
    before, store, split = checkpoint.load(inputs.model), open_inputs(inputs), read_split(inputs.split)
    recipe = params.recipe.settings
    taught = teacher.read(inputs.teacher_of_stage2, recipe.taught_by)
    options = {"seed": training_seed(wildcards.seed), "device": choose_device(params.execution), "attempt": attempt}
    trained, features = stage2_finetune.train(recipe, before, store, split, teacher=taught, **options)
    trained.write(outputs)
    write_features(features, outputs)
    provenance.write(outputs.recipe, params.recipe, wildcards, provenance.read(inputs.before))
