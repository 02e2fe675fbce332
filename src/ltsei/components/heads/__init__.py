"""Heads: from features to logits.

`build(context, *, ...)` returns a module [B, D] -> `HeadOutput(logits [B, C], extras)`; D is
`context.in_features`. `extras` are named tensors which a loss may need (the scale of a cosine head, the
gate of a mixture).
"""
