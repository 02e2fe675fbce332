"""Write the page of a report."""

from ltsei import report
from ltsei.logs import job

recipe, wildcards = snakemake.params.recipe, snakemake.wildcards
name = f"{snakemake.rule} {'/'.join(wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=snakemake.params.fingerprint):
    report.write_report(snakemake.params.contents, snakemake.output.html)
