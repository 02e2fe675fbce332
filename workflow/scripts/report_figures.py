"""Write the figures of a report."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.report import write
from ltsei.runtime.job import job

recipe, params, wildcards = snakemake.params.recipe, snakemake.params, snakemake.wildcards
name = f"{snakemake.rule} {'/'.join(wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=params.fingerprint):
    write.write_figures(params.contents, dict(snakemake.output.items()), params.settings)
