"""Draw the training and validation signals of one imbalance ratio and seed."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei.data.split import make_split, write_split
from ltsei.data.store import read_meta
from ltsei.pipeline.matrix import ratio_value
from ltsei.runtime.job import job

recipe, wildcards = snakemake.params.recipe, snakemake.wildcards
name = f"{snakemake.rule} {'/'.join(wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=snakemake.params.fingerprint):
    meta = read_meta(snakemake.input.meta)
    split = make_split(
        np.load(snakemake.input.labels),
        meta.num_classes,
        imbalance_ratio=ratio_value(wildcards.ir),
        seed=int(wildcards.seed),
        fingerprints={**meta.fingerprints, recipe.rule: recipe.fingerprint},
        num_validation=meta.num_validation,
        **recipe.settings.arguments(),
    )
    write_split(snakemake.output.split, split)
