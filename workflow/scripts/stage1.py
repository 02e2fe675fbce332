"""Train the representation of one cell on its long-tailed signals."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.core.run_seeds import training_seed
from ltsei.data.split import read_split
from ltsei.data.store import open_inputs
from ltsei.data.unlabelled import open_unlabelled
from ltsei.pipeline import provenance
from ltsei.runtime.job import job
from ltsei.training import pretrain, stage1, teacher
from ltsei.training.device import choose_device

inputs, outputs, params, wildcards = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards
with job(snakemake) as attempt:
    store, split, device = open_inputs(inputs), read_split(inputs.split), choose_device(params.execution)
    recipe, start = params.recipe.settings, pretrain.read(inputs.pretrained)
    taught = teacher.read(inputs.teacher_of_stage1, recipe.taught_by)
    options = {"seed": training_seed(wildcards.seed), "device": device, "attempt": attempt}
    options["unlabelled"] = open_unlabelled(inputs.unlabelled)
    trained = stage1.train(recipe, store, split, start=start, teacher=taught, **options)
    trained.write(outputs)
    ancestry = provenance.read(*inputs.before, start=split.fingerprints)
    provenance.write(outputs.recipe, params.recipe, wildcards, ancestry)
