"""Choose a trial of one tuned method by the validation logits of its trials."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.core import files
from ltsei.pipeline import provenance
from ltsei.runtime.job import job
from ltsei.training.trials.choice import choose, read_cells

inputs, outputs, recipe = snakemake.input, snakemake.output, snakemake.params.recipe
with job(snakemake):
    files.write_json(outputs.choice, choose(recipe.settings, read_cells(inputs)))
    provenance.write(outputs.recipe, recipe, snakemake.wildcards, provenance.read(*inputs.before))
