"""Keep a few signals of a data set for the report."""

import ltsei.startup  # noqa: F401 (first of all, see there)

from ltsei import examples, files, signals
from ltsei.logs import job

recipe, name = snakemake.params.recipe, f"{snakemake.rule} {'/'.join(snakemake.wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=snakemake.params.fingerprint):
    files.write_json(snakemake.output.examples, examples.examples(signals.open_inputs(snakemake.input)))
