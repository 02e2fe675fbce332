"""What a component may be combined with: its literals as sentences."""

from collections.abc import Iterator, Mapping

from ltsei.core import registry

SENTENCES = {
    "CORRECTS_PRIOR": "Corrects for the class prior: beside another that does, it needs `allow: [double_balancing]`.",
    "MOVES_BACKBONE": "Trains the backbone too.",
    "LABEL_FREE": "Uses no labels: for `pretrain` alone.",
    "USES_LABELS": "Uses labels: not for `pretrain`.",
    "VIEWS": "Compares {} views of each signal: needs `augmentations` and allows no `mixer`.",
    "PARTNER": "Uses a second batch: needs a `partner_sampler`.",
    "HARD_LABELS": "Allows no `mixer`: {}.",
    "SWEEPS": "`{}: null` is chosen on validation data, which the data set must have.",
}
"""Constant of a component -> what it means for a method; its value stands for the braces."""


def combinations(family: str, name: str) -> Iterator[str]:
    """Yield a sentence for each literal of a component that a method has to respect."""
    required: Mapping[str, list[str]] = registry.declared(family, name, "REQUIRES", {})
    for part, allowed in required.items():
        yield f"Requires the {part} {' or '.join(f'`{each}`' for each in allowed)}."
    for constant, sentence in SENTENCES.items():
        if value := registry.declared(family, name, constant, None):
            yield sentence.format(value)
    if "train_features" in registry.declared(family, name, "USES", []):
        yield "Uses the features of the training signals."
    for parameter in registry.declared(family, name, "PER_CLASS", []):
        yield f"`{parameter}` has one value for each class, so that it suits one data set."
