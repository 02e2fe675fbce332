"""Draw the training and validation signals of one imbalance ratio and seed."""

import ltsei.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei import longtail, signals
from ltsei.logs import job
from ltsei.matrix import ratio_value

recipe, wildcards = snakemake.params.recipe, snakemake.wildcards
name = f"{snakemake.rule} {'/'.join(wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=snakemake.params.fingerprint):
    meta = signals.read_meta(snakemake.input.meta)
    split = longtail.make_split(
        np.load(snakemake.input.labels),
        meta.num_classes,
        imbalance_ratio=ratio_value(wildcards.ir),
        seed=int(wildcards.seed),
        fingerprints={**meta.fingerprints, recipe.rule: recipe.fingerprint},
        num_validation=meta.num_validation,
        **recipe.settings.arguments(),
    )
    longtail.write_split(snakemake.output.split, split)
