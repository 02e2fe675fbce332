"""Class weights: how much a signal of each class counts.

`build(context, *, ..., schedule)` returns a function progress in [0, 1] -> weights, float64 [C], positive, mean 1. When
they take effect is up to the family `schedules`. Literals: `CORRECTS_PRIOR = True` where they favour rare classes
whatever the sampler does, `PER_CLASS = ["parameter", ...]` for parameters that list one value per class.
"""
