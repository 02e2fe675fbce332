"""Keep the features of a frozen backbone."""

from ltsei import checkpoint, execution, longtail, provenance, signals, stage1
from ltsei.logs import job

inputs, outputs, params, wildcards = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards
recipe, name = params.recipe, f"{snakemake.rule} {'/'.join(wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=params.fingerprint):
    store = signals.open_store(
        train=inputs.train,
        labels_train=inputs.labels_train,
        test=inputs.test,
        labels_test=inputs.labels_test,
        meta=inputs.meta,
    )
    split, device = longtail.read_split(inputs.split), execution.device(params.device)
    found = stage1.features(checkpoint.load(inputs.model), recipe.settings, store, split, device=device)
    stage1.write_features(found, train=outputs.train, val=outputs.val, test=outputs.test)
    provenance.write(outputs.recipe, recipe, wildcards.items(), provenance.read(inputs.before))
