"""Train the classifier of one cell again where that moves the backbone."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.data.split import read_split
from ltsei.data.store import open_inputs
from ltsei.pipeline import provenance
from ltsei.runtime import checkpoint
from ltsei.runtime.checkpoint import Resume
from ltsei.runtime.job import job
from ltsei.training import stage2_finetune
from ltsei.training.device import choose_device
from ltsei.training.fit import Attempt
from ltsei.training.inputs import write_features

inputs, outputs, params, wildcards = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards
recipe, name = params.recipe, f"{snakemake.rule} {'/'.join(wildcards)}"
resume = Resume(params.resume, fingerprint=params.fingerprint, minutes=params.run.checkpoint_minutes)
planned = {"recipe": recipe, "fingerprint": params.fingerprint}
with job(snakemake.log[0], name=name, saves_state=True, **planned) as running, resume:
    store, split = open_inputs(inputs), read_split(inputs.split)
    before, seed = checkpoint.load(inputs.model), int(wildcards.seed)
    options = {
        "device": choose_device(params.run.device, params.run.jobs_per_device),
        "attempt": Attempt(resume, running.progress, running.stop, running.heartbeat),
    }
    found, features = stage2_finetune.train(recipe.settings, before, store, split, seed=seed, **options)
    found.write(model=outputs.model, history=outputs.history, logits=outputs.logits)
    paths = {"train": outputs.features_train, "val": outputs.features_val, "test": outputs.features_test}
    write_features(features, **paths)
    provenance.write(outputs.recipe, recipe, wildcards.items(), provenance.read(inputs.before))
