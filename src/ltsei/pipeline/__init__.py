"""The matrix and its jobs: rules, cells, owners, checks, provenance, verification, planning, progress."""
