"""Backbones: from a signal to its features.

`build(context, *, ...)` returns a module [B, channels, *shape] -> [B, D] with the attribute `out_features` = D. In a
mixture of experts the last features are gate probabilities, which sum to 1; a linear head's weights on them are the
biases of the experts. The attribute `bias_columns` is the tuple of these columns; absent or empty in other backbones.
Literal: `AXES` (axes of a signal beside the channels: 1 unless declared, 2 for images).
"""
