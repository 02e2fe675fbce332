"""Keep the features of a frozen backbone."""

import ltsei.startup  # noqa: F401 (first of all, see there)

from ltsei import cell_data, checkpoint, execution, longtail, provenance, signals, stage1
from ltsei.logs import job

inputs, outputs, params, wildcards = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards
recipe, name = params.recipe, f"{snakemake.rule} {'/'.join(wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=params.fingerprint):
    store = signals.open_inputs(inputs)
    split = longtail.read_split(inputs.split)
    device = execution.device(params.run.device, params.run.jobs_per_device)
    found = stage1.features(checkpoint.load(inputs.model), recipe.settings, store, split, device=device)
    paths = {"train": outputs.features_train, "val": outputs.features_val, "test": outputs.features_test}
    cell_data.write_features(found, **paths)
    provenance.write(outputs.recipe, recipe, wildcards.items(), provenance.read(inputs.before))
