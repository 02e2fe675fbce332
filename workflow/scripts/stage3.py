"""Apply the post-hoc steps of one cell."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei.data.split import read_split
from ltsei.pipeline import provenance
from ltsei.runtime.job import job
from ltsei.training import stage3

inputs, outputs, params, wildcards = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards
recipe, name = params.recipe, f"{snakemake.rule} {'/'.join(wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=params.fingerprint):
    split = read_split(inputs.split)
    classifier = stage3.read_outputs(
        recipe.settings,
        logits=inputs.logits,
        classifier=inputs.classifier,
        features_val=inputs.get("features_val"),
        features_test=inputs.get("features_test"),
    )
    labels = np.load(inputs.labels_train)
    training = stage3.read_training(inputs.get("features_train"), labels[split.train])
    found = stage3.run(recipe.settings, classifier, labels[split.val], split.class_counts, training)
    found.write(logits=outputs.logits, sweep=outputs.sweep)
    provenance.write(outputs.recipe, recipe, wildcards.items(), provenance.read(*inputs.before))
