"""Samplers: how often each class is drawn.

`build(context, *, ...)` returns a function progress in [0, 1] -> expected draws per class in one epoch,
float64 [C]; their sum is the length of the epoch. Which signals of a class are drawn is the business of
`ltsei.batches`. Literal: `CORRECTS_PRIOR = True` where rare classes are drawn more often than they occur.
"""
