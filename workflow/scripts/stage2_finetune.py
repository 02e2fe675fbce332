"""Train the classifier of one cell again where that changes the backbone."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.core.run_seeds import split_seed, training_seed
from ltsei.data.balanced_part import stage2_split
from ltsei.data.split import read_split
from ltsei.data.store import open_inputs, read_groups
from ltsei.pipeline import provenance
from ltsei.runtime import checkpoint
from ltsei.runtime.job import job
from ltsei.training import stage2_finetune, teacher
from ltsei.training.device import choose_device
from ltsei.training.inputs import write_features

inputs, outputs, params, wildcards = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards
with job(snakemake) as attempt:
    before, store, recipe = checkpoint.load(inputs.model), open_inputs(inputs), params.recipe.settings
    drawn = {"groups": read_groups(inputs.groups), "seed": split_seed(wildcards.seed)}
    split = stage2_split(read_split(inputs.split), store, recipe.signals, **drawn)
    taught = teacher.read(inputs.teacher_of_stage2, recipe.taught_by)
    options = {"seed": training_seed(wildcards.seed), "device": choose_device(params.execution), "attempt": attempt}
    trained, features = stage2_finetune.train(recipe, before, store, split, teacher=taught, **options)
    trained.write(outputs)
    write_features(features, outputs)
    provenance.write(outputs.recipe, params.recipe, wildcards, provenance.read(inputs.before))
