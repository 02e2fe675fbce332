"""Extract the features of a frozen backbone."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.data.split import read_split
from ltsei.data.store import open_inputs
from ltsei.pipeline import provenance
from ltsei.runtime import checkpoint
from ltsei.runtime.job import job
from ltsei.training import stage1
from ltsei.training.device import choose_device
from ltsei.training.inputs import write_features

inputs, outputs, params = snakemake.input, snakemake.output, snakemake.params
with job(snakemake):
    store, split, trained = open_inputs(inputs), read_split(inputs.split), checkpoint.load(inputs.model)
    device = choose_device(params.execution)
    features = stage1.features(trained, params.recipe.settings, store, split, device=device)
    write_features(features, outputs)
    provenance.write(outputs.recipe, params.recipe, snakemake.wildcards, provenance.read(inputs.before))
