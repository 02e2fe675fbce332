"""Samplers: how often each class is drawn.

`build(context, *, ...)` returns a `Sampler`: called with the progress in [0, 1] it returns the expected draws per class
in one epoch, float64 [C]; their sum is the length of the epoch. It may also restrict a class to some of its signals or
make the classes take turns; which signals are drawn is decided in `ltsei.training.sampling`. Literal:
`CORRECTS_PRIOR = True` where rare classes are drawn more often than they occur.
"""
