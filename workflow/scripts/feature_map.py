"""Draw a map of the features of one backbone."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei.core import files
from ltsei.evaluation import embedding
from ltsei.runtime.job import job

recipe, name = snakemake.params.recipe, f"{snakemake.rule} {'/'.join(snakemake.wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=snakemake.params.fingerprint):
    found, labels = np.load(snakemake.input.logits), np.load(snakemake.input.labels_test)
    files.write_json(snakemake.output.map, embedding.feature_map(found["sample"], found["features"], labels))
