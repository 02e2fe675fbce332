"""Train the classifier of one cell again, on cached features."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

import numpy as np

from ltsei.data.split import read_split
from ltsei.pipeline import provenance
from ltsei.runtime import checkpoint
from ltsei.runtime.checkpoint import Resume
from ltsei.runtime.job import job
from ltsei.training import stage2
from ltsei.training.device import choose_device
from ltsei.training.fit import Attempt

inputs, outputs, params, wildcards = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards
recipe, name = params.recipe, f"{snakemake.rule} {'/'.join(wildcards)}"
resume = Resume(params.resume, fingerprint=params.fingerprint, minutes=params.run.checkpoint_minutes)
planned = {"recipe": recipe, "fingerprint": params.fingerprint}
with job(snakemake.log[0], name=name, saves_state=True, **planned) as running, resume:
    paths = {"train": inputs.features_train, "val": inputs.features_val, "test": inputs.features_test}
    features = dict(zip(paths, map(np.load, paths.values()), strict=True))
    labels, split = np.load(inputs.labels_train), read_split(inputs.split)
    before = checkpoint.load(inputs.model)
    device = choose_device(params.run.device, params.run.jobs_per_device)
    attempt = Attempt(resume, running.progress, running.stop, running.heartbeat)
    seed = int(wildcards.seed)
    found = stage2.train(recipe.settings, before, features, labels, split, seed=seed, device=device, attempt=attempt)
    found.write(model=outputs.model, history=outputs.history, logits=outputs.logits)
    provenance.write(outputs.recipe, recipe, wildcards.items(), provenance.read(inputs.before))
