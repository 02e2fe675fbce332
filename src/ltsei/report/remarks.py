"""What stands beside the name of a method whose numbers cannot be compared with others as they are."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

ORACLE = "oracle"
"""Marks numbers of methods that chose or trained with signals from outside the long-tailed set."""
TRANSDUCTIVE = "transductive"
"""Marks methods that learn from the test signals, without labels."""


def remarks(recipes: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the remarks on a method: rule -> settings, as recorded with its evaluation."""
    if any(settings.get("signals") == "balanced" for settings in recipes.values()):
        yield ORACLE
    if "stage3_transductive" in recipes:
        yield TRANSDUCTIVE


def with_remarks(name: str, remarks: Iterable[str]) -> str:
    """Return the name of a method with what there is to remark."""
    text = ", ".join(remarks)
    return f"{name} ({text})" if text else name
