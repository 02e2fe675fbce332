"""Augmentations: random changes of a batch of training signals, on the device.

`build(context, *, p, ...)` returns a function (signals [B, *shape, channels], torch.Generator) -> signals of the same
shape, or a `Guided` one, which also gets the class activation of the signals. Each signal is changed with probability
`p`; p = 0 is the identity. The docstring says whether the change is safe for emitter labels. Literals: `REQUIRES` (the
heads and backbones it works with), `USES_LABELS = True` (so that pre-training without labels cannot use it), `AXES`
(axes of a signal beside the channels: 1 unless declared, 2 for images).
"""
