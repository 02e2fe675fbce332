"""Show the test signals of one cell, without labels, and two views of each to the experts of its network."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.core import files
from ltsei.core.run_seeds import training_seed
from ltsei.data.split import read_split
from ltsei.data.store import open_inputs
from ltsei.pipeline import provenance
from ltsei.runtime import checkpoint
from ltsei.runtime.job import job
from ltsei.training.device import choose_device
from ltsei.training.expert_views import expert_views

inputs, outputs, params, wildcards = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards
with job(snakemake):
    store, split, device = open_inputs(inputs), read_split(inputs.split), choose_device(params.execution)
    trained = checkpoint.load(inputs.backbone), checkpoint.load(inputs.classifier)
    options = {"seed": training_seed(wildcards.seed), "device": device}
    files.write_npy(outputs.views, expert_views(params.recipe.settings, *trained, store, split, **options))
    provenance.write(outputs.recipe, params.recipe, wildcards, provenance.read(inputs.before))
