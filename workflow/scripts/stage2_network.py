"""Train the classifier of one cell again where that moves the backbone."""

import ltsei.startup  # noqa: F401 (first of all, see there)

from ltsei import cell_data, checkpoint, execution, longtail, provenance, signals, stage2_network
from ltsei.checkpoint import Resume
from ltsei.logs import job
from ltsei.training import Attempt

inputs, outputs, params, wildcards = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards
recipe, name = params.recipe, f"{snakemake.rule} {'/'.join(wildcards)}"
resume = Resume(params.resume, fingerprint=params.fingerprint, minutes=params.run.checkpoint_minutes)
planned = {"recipe": recipe, "fingerprint": params.fingerprint}
with job(snakemake.log[0], name=name, saves_state=True, **planned) as running, resume:
    store, split = signals.open_inputs(inputs), longtail.read_split(inputs.split)
    before, seed = checkpoint.load(inputs.model), int(wildcards.seed)
    options = {
        "device": execution.device(params.run.device, params.run.jobs_per_device),
        "attempt": Attempt(resume, running.progress, running.stop, running.heartbeat),
    }
    found, features = stage2_network.train(recipe.settings, before, store, split, seed=seed, **options)
    found.write(model=outputs.model, history=outputs.history, logits=outputs.logits)
    paths = {"train": outputs.features_train, "val": outputs.features_val, "test": outputs.features_test}
    cell_data.write_features(features, **paths)
    provenance.write(outputs.recipe, recipe, wildcards.items(), provenance.read(inputs.before))
