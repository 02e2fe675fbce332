"""Run some trials of one tuned method on one cell."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.core.run_seeds import training_seed
from ltsei.data.split import read_split
from ltsei.data.store import open_inputs
from ltsei.pipeline import provenance
from ltsei.runtime.job import job
from ltsei.training.device import choose_device
from ltsei.training.trials import run
from ltsei.training.trials.cell import CellOfTrial

inputs, outputs, params, wildcards = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards
with job(snakemake) as attempt:
    store, split, device = open_inputs(inputs), read_split(inputs.split), choose_device(params.execution)
    cell = CellOfTrial(store, split, training_seed(wildcards.seed), device, attempt)
    identity = run.identity(params.fingerprint, inputs.split, *inputs.before)
    trials = run.Run(params.recipe.settings, dict(inputs.items()), cell, params.resume, identity)
    run.run(trials, run.numbers(wildcards.trials, inputs.get("choice")), outputs)
    ancestry = provenance.read(*inputs.before, start=split.fingerprints)
    provenance.write(outputs.recipe, params.recipe, wildcards, ancestry)
    run.clean(params.resume)
