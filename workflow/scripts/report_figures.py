"""Write the figures of a report."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.report.write import write_figures
from ltsei.runtime.job import job

with job(snakemake):
    write_figures(snakemake.params.contents, dict(snakemake.output.items()), snakemake.params.settings)
