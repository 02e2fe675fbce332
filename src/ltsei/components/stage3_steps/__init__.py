"""Stage-3 steps: post-hoc changes of a trained classifier, without training.

`build(context, *, ...)` returns an object with `fit(outputs, labels, training)` on validation data, which returns the
rows of the sweep, and `apply(outputs) -> outputs`. Literals: `REQUIRES` (the heads it works with), `USES =
["features"]` where it needs more than logits (also ``"train_features"`` where `fit` needs those of the training
signals, ``"views"`` where it learns from the unlabelled signals that are classified: its parameter `augmentations`
makes views of them, and `apply` gets `_views.ViewedOutputs`), `SWEEPS = "parameter"` where that parameter is chosen on
validation data if it is null, `CORRECTS_PRIOR = True` where it corrects for the class prior.
"""
