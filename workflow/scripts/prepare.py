"""Read a source in whatever format and write the canonical store."""

import ltsei.startup  # noqa: F401 (first of all, see there)

from ltsei import components, signals
from ltsei.logs import job

recipe, wildcards = snakemake.params.recipe, snakemake.wildcards
name = f"{snakemake.rule} {'/'.join(wildcards)}"
with job(snakemake.log[0], name=name, recipe=recipe, fingerprint=snakemake.params.fingerprint):
    recordings = components.build("datasets", recipe.settings.source, None)
    fingerprints = {recipe.rule: recipe.fingerprint}
    signals.write_store(recordings, **dict(snakemake.output.items()), fingerprints=fingerprints)
