"""Draw a map of the features of one backbone."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei.core import files
from ltsei.evaluation.embedding import feature_map
from ltsei.runtime.job import job

inputs = snakemake.input
with job(snakemake):
    sample, labels = np.load(inputs.sample), np.load(inputs.labels_test)
    files.write_json(snakemake.output.map, feature_map(sample["indices"], sample["features"], labels))
