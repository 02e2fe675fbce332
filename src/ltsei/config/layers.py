"""Settings that lie over each other: what a later layer says replaces what an earlier one said."""

from collections.abc import Mapping
from typing import Any


def merged(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the layers laid over each other, later ones on top.

    A mapping without `name` changes parameters of the component below it; anything else replaces what was there.
    """
    result: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            below = result.get(key)
            if isinstance(value, Mapping) and "name" not in value and below is not None:
                base = {"name": below} if isinstance(below, str) else below
                value = {**base, **value}
            result[key] = value
    return result
