"""Evaluate one cell: metrics, scores per class, confusion matrix, and what its charts show."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei.core import files
from ltsei.data.groups import groups
from ltsei.data.split import read_split
from ltsei.data.store import read_meta, read_test_labels
from ltsei.evaluation.evaluate import evaluate, read_experts
from ltsei.pipeline import provenance
from ltsei.runtime.job import job

inputs, outputs, recipe = snakemake.input, snakemake.output, snakemake.params.recipe
with job(snakemake):
    class_counts = read_split(inputs.split).class_counts
    evaluation = evaluate(
        np.load(inputs.logits_test),
        read_test_labels(inputs.labels_test, inputs.meta),
        class_counts=class_counts,
        class_names=read_meta(inputs.meta).class_names,
        class_groups=groups(class_counts, **recipe.settings.groups.model_dump()),
        num_parameters=files.read_json(inputs.network)["num_parameters"],
        experts=read_experts(inputs),
    )
    evaluation.write(outputs, dict(snakemake.wildcards.items()))
    provenance.write(outputs.recipe, recipe, snakemake.wildcards, provenance.read(inputs.before))
