"""Mixers: two batches become one, signals and labels alike.

`build(context, *, ...)` returns a `Mixer`. The first batch is the one that the recipe's sampler draws; the second is
that of its `partner_sampler`, or the first one in another order where there is none. A mixed signal has the label of
its first signal with a share in [0, 1] and that of its second with the rest. These are soft labels [B, C] of at most
two classes: the training step adds the losses of both labels, each times its share. A mixer of signals leaves the first
batch as it is where every share is 1, unless labels have shares of their own (`remix`). The docstring says whether the
mixture is safe for emitter labels. Literals: `PARTNER = True` (it needs a partner sampler), `REQUIRES` (the backbones
it works with), `CORRECTS_PRIOR = True` (it favours rare classes by itself), `AXES = 1` (it does not take images).
"""
