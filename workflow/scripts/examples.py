"""Keep a few signals of a data set for the report."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.core import files
from ltsei.data import preview
from ltsei.data.store import open_inputs
from ltsei.runtime.job import job

recipe, name = snakemake.params.recipe, f"{snakemake.rule} {'/'.join(snakemake.wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=snakemake.params.fingerprint):
    files.write_json(snakemake.output.examples, preview.examples(open_inputs(snakemake.input)))
