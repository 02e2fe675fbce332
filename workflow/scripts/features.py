"""Keep the features of a frozen backbone."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.data.split import read_split
from ltsei.data.store import open_inputs
from ltsei.pipeline import provenance
from ltsei.runtime import checkpoint
from ltsei.runtime.job import job
from ltsei.training import stage1
from ltsei.training.device import choose_device
from ltsei.training.inputs import write_features

inputs, outputs, params, wildcards = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards
recipe, name = params.recipe, f"{snakemake.rule} {'/'.join(wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=params.fingerprint):
    store = open_inputs(inputs)
    split = read_split(inputs.split)
    device = choose_device(params.run.device, params.run.jobs_per_device)
    found = stage1.features(checkpoint.load(inputs.model), recipe.settings, store, split, device=device)
    paths = {"train": outputs.features_train, "val": outputs.features_val, "test": outputs.features_test}
    write_features(found, **paths)
    provenance.write(outputs.recipe, recipe, wildcards.items(), provenance.read(inputs.before))
