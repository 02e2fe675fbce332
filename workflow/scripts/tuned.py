"""Take the results of one stage of the chosen trial."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.core import files
from ltsei.pipeline import provenance
from ltsei.runtime.job import job
from ltsei.training.trials.choice import chosen_settings, extract

inputs, outputs, params = snakemake.input, snakemake.output, snakemake.params
with job(snakemake):
    choice = files.read_json(inputs.choice)
    results = {name: path for name, path in outputs.items() if name != "recipe"}
    extract(inputs.archives, choice["chosen"], params.stage, results)
    recipe = chosen_settings(params.recipe, params.stage, choice)
    provenance.write(outputs.recipe, recipe, snakemake.wildcards, provenance.read(*inputs.before))
