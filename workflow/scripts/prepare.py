"""Read a source in whatever format and write the canonical store."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.core.context import build_component
from ltsei.data.store import write_store
from ltsei.runtime.job import job

recipe, wildcards = snakemake.params.recipe, snakemake.wildcards
name = f"{snakemake.rule} {'/'.join(wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=snakemake.params.fingerprint):
    recordings = build_component("datasets", recipe.settings.source, None)
    fingerprints = {recipe.rule: recipe.fingerprint}
    write_store(recordings, **dict(snakemake.output.items()), fingerprints=fingerprints)
