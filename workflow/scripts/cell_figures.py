"""Write the figures of one cell, then the list of their files."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.report import cell_figures
from ltsei.runtime.job import job

with job(snakemake):
    cell = cell_figures.read(**dict(snakemake.input.items()))
    cell_figures.write(snakemake.output.index, cell, snakemake.params.recipe.settings)
