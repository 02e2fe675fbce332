"""Read unlabelled signals in whatever format and write them beside the canonical store."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.core.context import build_component
from ltsei.data.store import open_inputs
from ltsei.data.unlabelled import Labelled, write_unlabelled
from ltsei.pipeline import provenance
from ltsei.runtime.job import job

outputs, recipe = snakemake.output, snakemake.params.recipe
with job(snakemake):
    store, settings = open_inputs(snakemake.input), recipe.settings
    labelled = Labelled(store.meta.signal_shape, store.meta.notes)
    unlabelled = build_component("unlabelled", settings.unlabelled, labelled)
    write_unlabelled(unlabelled, store, signals=outputs.unlabelled, origin=outputs.origin, length=settings.length)
    ancestry = provenance.Ancestry({**store.meta.fingerprints, "unlabelled_data": unlabelled.checksum})
    provenance.write(outputs.recipe, recipe, snakemake.wildcards, ancestry)
