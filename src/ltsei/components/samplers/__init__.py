"""Samplers: how often each class is drawn.

`build(context, *, ...)` returns a `Sampler`: called with the progress in [0, 1] it gives the expected draws per
class in one epoch, float64 [C]; their sum is the length of the epoch. It may also say that only some signals of a
class are used, or that classes take turns; which signals are drawn is the business of `ltsei.batches`. Literal:
`CORRECTS_PRIOR = True` where rare classes are drawn more often than they occur.
"""
