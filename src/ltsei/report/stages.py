"""What the rules are called in the report, where readers think in stages."""

LABELS = {
    "make_split": "split",
    "stage1": "stage 1",
    "stage2": "stage 2",
    "stage2_finetune": "stage 2 (network)",
    "stage3": "stage 3",
}


def stage_label(rule: str) -> str:
    """Return a rule for readers; one without a label by its own name."""
    return LABELS.get(rule) or rule.replace("_", " ")
