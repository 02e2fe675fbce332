"""Read a data source in whatever format and write the canonical store."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.core.context import build_component
from ltsei.data.message_mask import masked
from ltsei.data.source_record import write_source_record
from ltsei.data.store import write_store
from ltsei.runtime.job import job

recipe = snakemake.params.recipe
with job(snakemake):
    recordings = build_component("sources", recipe.settings.source, None)
    write_store(
        masked(recordings, recipe.settings.mask),
        **dict(snakemake.output.items()),
        fingerprints={recipe.rule: recipe.fingerprint},
        length=recipe.settings.length,
    )
    write_source_record(snakemake.output.meta, recipe.settings)
