"""Train the representation of one cell on its long-tailed signals."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.core.run_seeds import training_seed
from ltsei.data.split import read_split
from ltsei.data.store import open_inputs
from ltsei.pipeline import provenance
from ltsei.runtime.job import job
from ltsei.training import pretrain, stage1
from ltsei.training.device import choose_device

inputs, outputs, params, wildcards = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards
with job(snakemake) as attempt:
    store, split, device = open_inputs(inputs), read_split(inputs.split), choose_device(params.execution)
    start = pretrain.read(inputs.pretrained)
    options = {"seed": training_seed(wildcards.seed), "device": device, "attempt": attempt, "start": start}
    trained = stage1.train(params.recipe.settings, store, split, **options)
    trained.write(outputs)
    ancestry = provenance.read(*inputs.before, start=split.fingerprints)
    provenance.write(outputs.recipe, params.recipe, wildcards, ancestry)
