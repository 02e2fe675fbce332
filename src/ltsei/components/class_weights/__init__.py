"""Class weights: how much a signal of each class counts.

`build(context, *, ..., schedule)` returns a function progress in [0, 1] -> weights, float64 [C], positive,
mean 1. When they are in force is the business of `schedules`. Literal: `CORRECTS_PRIOR = True` where they
favour rare classes whatever the sampler does, `PER_CLASS = ["parameter", ...]` for parameters which list a
value for each class.
"""
