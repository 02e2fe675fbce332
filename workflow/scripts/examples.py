"""Store a few signals of a data set for the report."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.core import files
from ltsei.data.preview import examples
from ltsei.data.store import open_inputs
from ltsei.runtime.job import job

with job(snakemake):
    files.write_json(snakemake.output.examples, examples(open_inputs(snakemake.input)))
