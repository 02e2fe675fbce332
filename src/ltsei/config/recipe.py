"""The recipe of a job: its settings, its code, and the fingerprint of both."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ltsei.config.dataset import Groups
from ltsei.config.rerun_fingerprint import fingerprint
from ltsei.config.stages import FAMILY
from ltsei.core import registry
from ltsei.core.parsing import Frozen


@dataclass(frozen=True, repr=False)
class Recipe:
    """The settings of a job, and the fingerprint of settings and code.

    Attributes:
        rule: name of the rule and of its script.
        settings: frozen settings.
        script: path of the script.
        fingerprint: at the time when the recipe was made.
    """

    rule: str
    settings: Any
    script: Path
    fingerprint: str

    def __repr__(self) -> str:
        """Return a short text: Snakemake prints the parameters of jobs."""
        return f"Recipe({self.rule} {self.fingerprint})"

    @classmethod
    def of(cls, rule: str, settings: Frozen, scripts: Path) -> "Recipe":
        """Return the recipe of `rule`, whose script lies in the folder `scripts`."""
        script = scripts / f"{rule}.py"
        return cls(rule, settings, script, _fingerprint(script, settings))

    def current_fingerprint(self) -> str:
        """Return the fingerprint with the code as it is now."""
        return _fingerprint(self.script, self.settings)


class Preparation(Frozen):
    """Settings of the rule prepare."""

    source: dict[str, Any]
    length: int | None = None


class Evaluation(Frozen):
    """Settings of the rule evaluate."""

    groups: Groups


def component_specs(settings: Frozen) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (family, specification) of every component that `settings` name directly, without nested ones."""
    for key, family in FAMILY.items():
        value = getattr(settings, key, None) or []
        yield from ((family, spec) for spec in (value if isinstance(value, list) else [value]))


def component_names(settings: Frozen) -> Iterator[tuple[str, str]]:
    """Yield (family, name) of every component in `settings`, nested ones included."""
    for family, spec in component_specs(settings):
        yield from registry.nested_names(family, spec)


def _fingerprint(script: Path, settings: Frozen) -> str:
    return fingerprint(script, settings.model_dump(mode="json"), component_names(settings))
