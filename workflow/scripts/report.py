"""Write the page of a report, and the tables and figures that its rule names."""

from ltsei import report
from ltsei.logs import job

recipe, wildcards = snakemake.params.recipe, snakemake.wildcards
name = f"{snakemake.rule} {'/'.join(wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=snakemake.params.fingerprint):
    report.build(**vars(snakemake.params.contents), outputs=dict(snakemake.output.items()))
