"""Updates: where a step takes its gradient, and what holds for the weights after it.

`build(context, *, ...)` returns an `Update`. It is given the step, of which it may take the gradient several times, at
other weights, or with a factor for the loss of each class and without named terms; whatever gradient it leaves in the
parameters goes to the optimizer. Each pass repeats the random draws of the first, and buffers stay as the first one
leaves them. It may also change the weights before the first step and after each step.
"""
