"""Stage-2 modes: which part of the classifier is trained again, and how it is initialised.

`build(context, *, ...)` returns a function (stage-1 head, specification of the stage-2 head) -> `Prepared`: the module
to train, the parameters that may change, and how to fold the result into a plain head. A mode sees cached features
unless its literal `MOVES_BACKBONE = True` says otherwise. Further literal: `REQUIRES` (the heads it works with).
"""
