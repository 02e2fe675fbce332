"""Classify the signals of unknown classes with one cell; compute how well each score tells them from known ones."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.core import files
from ltsei.data.split import read_split
from ltsei.data.store import open_inputs, read_test_labels
from ltsei.data.unknown_store import open_unknown
from ltsei.evaluation.open_set import open_set_metrics
from ltsei.runtime.job import job
from ltsei.training.device import choose_device
from ltsei.training.unknown_outputs import seen_signals

inputs, outputs, params = snakemake.input, snakemake.output, snakemake.params
with job(snakemake):
    store, split, device = open_inputs(inputs), read_split(inputs.split), choose_device(params.execution)
    unknown = open_unknown(signals=inputs.unknown, labels=inputs.unknown_labels, origin=inputs.unknown_origin)
    seen = seen_signals(inputs, params.recipe.settings, store, split, unknown.signals, device=device)
    train, test, other = (vars(seen[part]).values() for part in ("train", "test", "unknown"))
    truth = store.train_labels[split.train], read_test_labels(inputs.labels_test, inputs.meta)
    metrics = open_set_metrics(tuple(train), truth[0], tuple(test), truth[1], tuple(other), unknown.class_names)
    files.write_npy(outputs.logits_unknown, seen["unknown"].logits)
    files.write_npy(outputs.features_unknown, seen["unknown"].features)
    files.write_json(outputs.open_set, metrics)
