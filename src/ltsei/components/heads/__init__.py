"""Heads: from features to logits.

`build(context, *, ...)` returns a module [B, D] -> `HeadOutput(logits [B, C], extras)`; D is `context.in_features`.
`extras` are named tensors that a loss may need (the scale of a cosine head, the gate probabilities of a mixture, the
logits of each expert); those of signals have one row for each.
Literal: `CORRECTS_PRIOR = True` where it corrects for the class prior by itself.
"""
