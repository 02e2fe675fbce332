"""Read the test signals of the classes held out as unknown and write them apart from the canonical store."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.core.context import build_component
from ltsei.data.known_classes import unknown_labels, unknown_part
from ltsei.data.message_mask import masked
from ltsei.data.store import open_inputs
from ltsei.data.unknown_store import write_unknown
from ltsei.runtime.job import job

outputs, settings = snakemake.output, snakemake.params.recipe.settings
with job(snakemake):
    recordings = masked(build_component("sources", settings.source, None), settings.mask)
    unknown = unknown_labels(recordings.class_names, **settings.held_out)
    write_unknown(
        unknown_part(recordings, unknown),
        [recordings.class_names[label] for label in unknown],
        open_inputs(snakemake.input).meta.signal_shape,
        settings.length,
        signals=outputs.unknown,
        labels=outputs.unknown_labels,
        origin=outputs.unknown_origin,
    )
