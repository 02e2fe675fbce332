"""Write the tables of a report."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.report.write import write_tables
from ltsei.runtime.job import job

with job(snakemake):
    write_tables(snakemake.params.contents, dict(snakemake.output.items()))
