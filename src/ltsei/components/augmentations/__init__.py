"""Augmentations: random changes of a batch of training signals, on the device.

`build(context, *, p, ...)` returns a function (signals [B, *shape, channels], torch.Generator) -> signals of the same
shape. Each signal is changed with probability `p`; p = 0 is the identity. The docstring says whether the change is safe
for emitter labels.
"""
