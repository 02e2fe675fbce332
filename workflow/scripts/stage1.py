"""Train the representation of one cell on its long-tailed signals."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.data.split import read_split
from ltsei.data.store import open_inputs
from ltsei.pipeline import provenance
from ltsei.runtime.checkpoint import Resume
from ltsei.runtime.job import job
from ltsei.training import stage1
from ltsei.training.device import choose_device
from ltsei.training.fit import Attempt

inputs, outputs, params, wildcards = snakemake.input, snakemake.output, snakemake.params, snakemake.wildcards
recipe, name = params.recipe, f"{snakemake.rule} {'/'.join(wildcards)}"
resume = Resume(params.resume, fingerprint=params.fingerprint, minutes=params.run.checkpoint_minutes)
planned = {"recipe": recipe, "fingerprint": params.fingerprint}
with job(snakemake.log[0], name=name, saves_state=True, **planned) as running, resume:
    store = open_inputs(inputs)
    split = read_split(inputs.split)
    device = choose_device(params.run.device, params.run.jobs_per_device)
    attempt = Attempt(resume, running.progress, running.stop, running.heartbeat)
    found = stage1.train(recipe.settings, store, split, seed=int(wildcards.seed), device=device, attempt=attempt)
    found.write(model=outputs.model, history=outputs.history, logits=outputs.logits)
    provenance.write(outputs.recipe, recipe, wildcards.items(), provenance.Ancestry(split.fingerprints))
