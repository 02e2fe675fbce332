"""Losses: how wrong the logits of a batch are.

`build(context, *, ...)` returns a module that maps a `Batch` to a `LossValue`: one loss per signal [B] and, where there
are any, named scalar terms that are added to the reduced loss. Class weights are not a loss: they are the family
`class_weights`, multiplied in by the training loop. For signals with soft labels, the loop adds the losses against each
label, times its share. A loss may have state: parameters are trained with those of the network, and persistent buffers,
which change in training mode alone, are saved with them. It may define `begin_epoch(progress)`, which is called before
the first step of each epoch. Literals: `REQUIRES` (the heads it works with), `CORRECTS_PRIOR = True` (it corrects for
the class prior by itself), `PER_CLASS = ["parameter", ...]` (parameters that list one value per class), `VIEWS = 2` (it
compares this many views of each signal, augmented anew), `PARTNER = True` (it needs the batch of a partner sampler),
`TEACHER = True` (it needs the logits of a teacher), `UNLABELLED = True` (it needs unlabelled signals),
`HARD_LABELS = "why"` (it takes no soft labels), `STATE = True` (it has parameters or persistent buffers).
"""
