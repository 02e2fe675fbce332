"""Compute the accuracy of one cell on each domain of the test part."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei.core import files
from ltsei.data.split import read_split
from ltsei.data.store import read_meta, read_test_labels
from ltsei.evaluation.domain_scores import domain_scores
from ltsei.runtime.job import job

inputs = snakemake.input
with job(snakemake):
    scores = domain_scores(
        np.load(inputs.logits_test),
        read_test_labels(inputs.labels_test, inputs.meta),
        read_meta(inputs.meta).notes,
        read_split(inputs.split).train,
    )
    files.write_json(snakemake.output.domains, scores)
