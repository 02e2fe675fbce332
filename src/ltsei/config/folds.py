"""`folds:`, cross-validation over whole groups: a data set for each fold, which is its test part."""

from collections.abc import Iterator, Mapping
from typing import Any

from ltsei.config.layers import merged

KEY = "folds"
FORM = "the number of folds, or {number: 5, by: day}"
TEST_PARTS = frozenset({"holdout", "holdout_by", "order_key", "test", "test_labels", "test_values"})
"""Settings of a source that say what its test part is; a fold replaces those that it inherits."""
NOT_INHERITED = frozenset({"family", "reference"})


def mistakes(datasets: Mapping[str, Any], name: str, where: str) -> Iterator[str]:
    """Yield what is wrong with the setting of a data set; `where` is its dotted path."""
    settings = datasets[name]
    number, by = _parsed(settings[KEY])
    if type(number) is not int or number < 2 or not (by is None or isinstance(by, str)):
        yield f"{where}: got {settings[KEY]!r}, expected {FORM}, with two folds or more"
    origin = settings.get("from")
    if origin is not None:
        other = datasets.get(origin) if isinstance(origin, str) else None
        if not isinstance(other, Mapping) or not isinstance(other.get("source"), Mapping):
            yield f"{where}: got `from: {origin}`, expected a data set with a source of its own, which all folds read"
        elif other.get(KEY) is not None:
            yield f"{where}: got `from: {origin}`, which stands for folds itself; name its source, or another data set"
    elif not isinstance(settings.get("source"), Mapping):
        yield f"{where}: needs a source with files, or `from:` and a data set that has one"
    elif given := sorted(key for key in TEST_PARTS & set(settings["source"]) if settings["source"][key] is not None):
        yield f"{where}: source.{given[0]} says what the test part is, too; remove one of them"


def members(datasets: Mapping[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and settings of the data set that tests each fold."""
    settings = datasets[name]
    number, by = _parsed(settings[KEY])
    origin = _inherited(datasets[settings["from"]]) if settings.get("from") is not None else {}
    whole = {**origin, **{key: value for key, value in settings.items() if key not in {KEY, "from"}}}
    if splits := _layers("split", origin, settings):
        whole["split"] = {key: value for each in splits for key, value in each.items()}
    if defaults := _layers("defaults", origin, settings):
        stages = dict.fromkeys(stage for each in defaults for stage in each)
        whole["defaults"] = {stage: merged(*_layers(stage, *defaults)) for stage in stages}
    source = {key: value for key, value in whole["source"].items() if key not in TEST_PARTS}
    family = {"family": name} | ({"reference": settings["from"]} if origin else {})
    for test in range(1, number + 1):
        fold = {"test": test, "of": number, **({} if by is None else {"by": by})}
        yield f"{name}_{test}", {**family, **whole, "source": {**source, "fold": fold}}


def _inherited(origin: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in origin.items() if key not in NOT_INHERITED}


def _layers(key: str, *settings: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what settings say under a key, without those that say nothing."""
    return [each[key] for each in settings if each.get(key) is not None]


def _parsed(written: Any) -> tuple[Any, Any]:
    """Return the number of folds and what is never divided, as written; None for what is missing or unknown."""
    if not isinstance(written, Mapping):
        return written, None
    return (None, None) if set(written) - {"number", "by"} else (written.get("number"), written.get("by"))
