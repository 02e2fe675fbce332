"""Trials of a method: the same stages again and again, with other parameters; each stage is carried out by a module."""
