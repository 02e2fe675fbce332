"""Train the representation of one cell on its long-tailed signals."""

import ltsei.startup  # noqa: F401 (first of all, see there)

from ltsei import execution, longtail, provenance, signals, stage1
from ltsei.checkpoint import Resume
from ltsei.logs import job
from ltsei.training import Attempt

inputs, outputs, params, wildcards = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards
recipe, name = params.recipe, f"{snakemake.rule} {'/'.join(wildcards)}"
resume = Resume(params.resume, fingerprint=params.fingerprint, minutes=params.run.checkpoint_minutes)
planned = {"recipe": recipe, "fingerprint": params.fingerprint}
with job(snakemake.log[0], name=name, saves_state=True, **planned) as running, resume:
    store = signals.open_inputs(inputs)
    split = longtail.read_split(inputs.split)
    device = execution.device(params.run.device, params.run.jobs_per_device)
    attempt = Attempt(resume, running.progress, running.stop, running.heartbeat)
    found = stage1.train(recipe.settings, store, split, seed=int(wildcards.seed), device=device, attempt=attempt)
    found.write(model=outputs.model, history=outputs.history, logits=outputs.logits)
    provenance.write(outputs.recipe, recipe, wildcards.items(), provenance.Ancestry(split.fingerprints))
