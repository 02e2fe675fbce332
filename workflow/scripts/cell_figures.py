"""Write the figures of one cell, then the list of their files."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.report import cell_figures
from ltsei.runtime.job import job

inputs, params, wildcards = snakemake.input, snakemake.params, snakemake.wildcards
recipe, name = params.recipe, f"{snakemake.rule} {'/'.join(wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=params.fingerprint):
    cell = cell_figures.read(**dict(inputs.items()))
    cell_figures.write(snakemake.output.index, cell, recipe.settings)
