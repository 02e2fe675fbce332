"""Draw the training and validation signals of one imbalance ratio and seed."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei.core.run_seeds import split_seed
from ltsei.data.domain_split import make_domain_split
from ltsei.data.split import write_split
from ltsei.data.store import read_groups, read_meta
from ltsei.pipeline.ratios import ratio_value
from ltsei.runtime.job import job

inputs, recipe, wildcards = snakemake.input, snakemake.params.recipe, snakemake.wildcards
with job(snakemake):
    meta = read_meta(inputs.meta)
    split = make_domain_split(
        np.load(inputs.labels),
        meta.num_classes,
        imbalance_ratio=ratio_value(wildcards.ir),
        seed=split_seed(wildcards.seed),
        fingerprints={**meta.fingerprints, recipe.rule: recipe.fingerprint},
        num_validation=meta.num_validation,
        groups=read_groups(inputs.groups),
        class_names=meta.class_names,
        data_notes=meta.notes,
        **recipe.settings.arguments(),
    )
    write_split(snakemake.output.split, split)
