"""Write the tables of a report."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.report import write
from ltsei.runtime.job import job

recipe, wildcards = snakemake.params.recipe, snakemake.wildcards
name = f"{snakemake.rule} {'/'.join(wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=snakemake.params.fingerprint):
    write.write_tables(snakemake.params.contents, dict(snakemake.output.items()))
