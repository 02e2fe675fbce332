"""Losses: how wrong the logits of a batch are.

`build(context, *, ...)` returns a module that maps a `Batch` to a `LossValue`: one loss per signal [B] and, where there
are any, named scalar terms that are added to the reduced loss. Class weights are not a loss: they are the family
`class_weights`, multiplied in by the training loop. Literals: `REQUIRES` (the heads it works with), `CORRECTS_PRIOR =
True` (it corrects for the class prior by itself), `PER_CLASS = ["parameter", ...]` (parameters that list one value per
class).
"""
