"""Write the page of a report."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.report.write import write_report
from ltsei.runtime.job import job

with job(snakemake):
    write_report(snakemake.params.contents, snakemake.output.html)
