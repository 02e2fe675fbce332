"""Imbalance ratios as text in paths."""

from typing import Any


def ratio_text(ratio: float | str) -> str:
    """Return a ratio as it stands in paths: ``100``, ``2.5``, ``natural``."""
    return ratio if isinstance(ratio, str) else f"{ratio:.10g}"


def ratio_value(text: str) -> Any:
    """Return the number that `ratio_text` wrote, or ``natural``."""
    return text if text == "natural" else float(text)
