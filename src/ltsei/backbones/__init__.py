"""Backbones: from a signal to its features.

`build(context, *, ...)` returns a module [B, channels, *shape] -> [B, D] with the attribute `out_features`
= D.
"""
