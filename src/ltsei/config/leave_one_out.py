"""`leave_one_out:` beside `from:`, a data set for each value of a domain, which training does not see."""

from collections.abc import Iterator, Mapping
from typing import Any

KEY = "leave_one_out"
FORM = "one domain with two values or more, as in {day: [1, 2, 3]}"


def mistakes(datasets: Mapping[str, Any], name: str, where: str) -> Iterator[str]:
    """Yield what is wrong with the setting of a data set; `where` is its dotted path."""
    settings = datasets[name]
    values = settings[KEY]
    if not isinstance(values, Mapping) or len(values) != 1:
        yield f"{where}: got {values!r}, expected {FORM}"
        return
    ((domain, listed),) = values.items()
    if not isinstance(listed, list) or len(set(map(str, listed))) < max(2, len(listed)):
        yield f"{where}.{domain}: got {listed!r}, expected {FORM}, each once"
        return
    if settings.get("from") is None:
        yield f"{where}: needs `from:` and the data set whose signals all of them use"
    split = settings.get("split")
    if isinstance(split, Mapping) and split.get("leave_out"):
        yield f"{where}: split.leave_out is set, too; remove one of them"


def members(datasets: Mapping[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and settings of the data set without each value."""
    settings = datasets[name]
    ((domain, values),) = settings[KEY].items()
    rest = {key: value for key, value in settings.items() if key != KEY}
    family = {"family": name, "reference": settings["from"]}
    for value in values:
        split = {**(rest.get("split") or {}), "leave_out": {domain: [value]}}
        yield f"{name}_{value}", {**family, **rest, "split": split}
