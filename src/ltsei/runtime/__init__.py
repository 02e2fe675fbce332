"""A job and its surroundings: log, lease, exit code, saved state, GPU lock, Slurm. No number depends on them."""
