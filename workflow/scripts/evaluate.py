"""Turn the logits of one cell into metrics, a table by class and a confusion matrix."""

import numpy as np

from ltsei import files, longtail, metrics, provenance, signals
from ltsei.logs import job

recipe, wildcards = snakemake.params.recipe, snakemake.wildcards
name = f"{snakemake.rule} {'/'.join(wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=snakemake.params.fingerprint):
    logits, labels = np.load(snakemake.input.logits)["test"], np.load(snakemake.input.labels_test)
    names = signals.read_meta(snakemake.input.meta).class_names
    counts = longtail.read_split(snakemake.input.split).class_counts
    groups = recipe.settings.groups.model_dump()
    values = metrics.evaluate(logits, labels, counts, **groups)
    rows = metrics.per_class(logits, labels, counts, names, **groups)
    files.write_json(snakemake.output.metrics, {**dict(wildcards.items()), "seed": int(wildcards.seed), **values})
    files.write_csv(snakemake.output.per_class, list(rows[0]), rows)
    files.write_table(snakemake.output.confusion, names, metrics.confusion(logits, labels).tolist())
    ancestry = provenance.read(snakemake.input.before)
    provenance.write(snakemake.output.recipe, recipe, wildcards.items(), ancestry)
