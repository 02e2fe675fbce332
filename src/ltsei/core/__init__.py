"""What every layer uses and no number depends on: errors, files, parsing, and the registry of components."""
