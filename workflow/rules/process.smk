"""How the process behaves that plans and watches the jobs."""

import gc
import signal

# All that Snakemake knows of its jobs lives to the end: looking through it for garbage took a quarter of planning.
gc.set_threshold(50_000, 20, 20)

# Slurm sends it to every process of a job before the time limit; a training saves its state, and Snakemake outlives it.
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
