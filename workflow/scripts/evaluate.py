"""Turn the logits of one cell into metrics, a table by class, a confusion matrix and what figures show of it."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei.core import files
from ltsei.data.groups import groups
from ltsei.data.split import read_split
from ltsei.data.store import read_meta
from ltsei.evaluation import diagnostics, metrics
from ltsei.numerics.confusion import confusion_matrix
from ltsei.pipeline import provenance
from ltsei.runtime.job import job

inputs, outputs, wildcards = snakemake.input, snakemake.output, snakemake.wildcards
recipe, name = snakemake.params.recipe, f"{snakemake.rule} {'/'.join(wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=snakemake.params.fingerprint):
    found, labels = np.load(inputs.logits), np.load(inputs.labels_test)
    names, counts = read_meta(inputs.meta).class_names, read_split(inputs.split).class_counts
    rule, logits = recipe.settings.groups.model_dump(), found["test"]
    size = {"num_parameters": int(np.load(inputs.trained)["num_parameters"])}
    values = metrics.evaluate(logits, labels, counts, **rule) | size
    rows = metrics.per_class(logits, labels, counts, names, **rule)
    files.write_json(outputs.metrics, {**dict(wildcards.items()), "seed": int(wildcards.seed), **values})
    files.write_csv(outputs.per_class, list(rows[0]), rows)
    files.write_table(outputs.confusion, names, confusion_matrix(logits, labels).tolist())
    groups = groups(counts, **rule)
    files.write_json(outputs.diagnostics, diagnostics.diagnose(found, labels, groups))
    provenance.write(outputs.recipe, recipe, wildcards.items(), provenance.read(inputs.before))
