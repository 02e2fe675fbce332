"""Signals and labels: the canonical store, the long-tailed split, the groups of classes, preprocessing."""
