"""Train a backbone on the long-tailed signals of one cell without their labels."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.core.run_seeds import training_seed
from ltsei.data.split import read_split
from ltsei.data.store import open_inputs
from ltsei.pipeline import provenance
from ltsei.runtime.job import job
from ltsei.training import pretrain
from ltsei.training.device import choose_device

inputs, outputs, params, wildcards = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards
with job(snakemake) as attempt:
    store, split, device = open_inputs(inputs), read_split(inputs.split), choose_device(params.execution)
    options = {"seed": training_seed(wildcards.seed), "device": device, "attempt": attempt}
    pretrain.train(params.recipe.settings, store, split, **options).write(outputs)
    provenance.write(outputs.recipe, params.recipe, wildcards, provenance.Ancestry(split.fingerprints))
