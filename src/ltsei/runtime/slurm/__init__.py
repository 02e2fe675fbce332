"""The layer between Snakemake and Slurm: no job runs twice, none is waited for in vain, each says why it failed."""
