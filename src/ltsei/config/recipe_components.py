"""The components that the settings of a job name."""

from collections.abc import Iterator
from typing import Any

from ltsei.config.stages import component_fields
from ltsei.core import registry
from ltsei.core.parsing import Frozen


def component_specs(settings: Frozen) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (family, specification) of every component that `settings` name directly, without nested ones."""
    for key, family in component_fields(settings).items():
        value = getattr(settings, key) or []
        yield from ((family, spec) for spec in (value if isinstance(value, list) else [value]))


def free_parameters(settings: Frozen) -> Iterator[tuple[str, str]]:
    """Yield (step, parameter) of what post-hoc steps choose on validation data, since it is null."""
    for family, spec in component_specs(settings):
        parameter = registry.declared(family, spec["name"], "SWEEPS", None)
        if parameter and spec[parameter] is None:
            yield spec["name"], parameter
