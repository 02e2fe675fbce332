"""Backbones: from a signal to its features.

`build(context, *, ...)` returns a module [B, channels, *shape] -> [B, D] with the attribute `out_features`
= D. Where some features are the shares of a gate, which sum to 1 (a linear head's weights on them are the
biases of its experts), `bias_columns` names them: a tuple of columns, the last ones; absent or empty elsewhere.
"""
