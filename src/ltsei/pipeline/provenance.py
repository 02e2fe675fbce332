"""Provenance: a recipe.json beside each result, with its content hashes and what it was made from."""

import functools
import platform
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ltsei.config.recipe import Recipe
from ltsei.core import content, files
from ltsei.pipeline.rule_table import RECORDED, RULES


@dataclass(frozen=True)
class Ancestry:
    """Everything that a result was made from.

    Attributes:
        fingerprints: rule -> fingerprint of settings and code (``data``: checksum of the source).
        recipes: rule -> settings.
        made: rule -> on which machine, with which software, from which commit.
    """

    fingerprints: Mapping[str, str]
    recipes: Mapping[str, Any] = field(default_factory=dict)
    made: Mapping[str, Any] = field(default_factory=dict)


def read(*paths: str | Path, start: Mapping[str, str] | None = None) -> Ancestry:
    """Return the ancestry of what is made from the results described by these recipe.json files.

    Args:
        paths: of the files.
        start: rule -> fingerprint of what else it is made from, such as a split.

    Raises:
        DamagedError: one of them is missing or not as it was written.
    """
    records = [content.read_record(path) for path in paths]
    return Ancestry(
        {**(start or {}), **{rule: value for record in records for rule, value in record["fingerprints"].items()}},
        {rule: value for record in records for rule, value in record["recipe"].items()},
        {rule: value for record in records for rule, value in record.get("made", {}).items()},
    )


def write(path: str | Path, recipe: Recipe, wildcards: Any, ancestry: Ancestry) -> None:
    """Write the recipe.json of one result, whose files lie beside it and are complete.

    Args:
        path: of recipe.json.
        recipe: of the rule that made it.
        wildcards: of the job, a mapping or Snakemake's object.
        ancestry: of its inputs.
    """
    names = [name for name in RULES[recipe.rule].outputs.values() if name != Path(path).name]
    record = {
        "rule": recipe.rule,
        **dict(wildcards.items()),
        "recipe": {**ancestry.recipes, recipe.rule: recipe.settings.model_dump(mode="json")},
        "fingerprints": {**ancestry.fingerprints, recipe.rule: recipe.fingerprint},
        "made": {**ancestry.made, recipe.rule: surroundings()},
        content.CONTENTS: content.contents(Path(path).parent, names),
    }
    files.write_json(path, content.sealed(record))


def surroundings() -> dict[str, Any]:
    """Return what numbers depend on besides recipe and code: commit, machine, versions of the libraries."""
    names = ("numpy", "scikit-learn", "scipy", "torch")
    software = {"python": platform.python_version(), **{name: version(name) for name in names}}
    return {"commit": _commit(), "machine": _machine(), "software": software}


def _machine() -> dict[str, str | None]:
    """Return host, processor and, where torch uses one, the accelerator."""
    torch = sys.modules.get("torch")
    cuda = torch is not None and torch.cuda.is_initialized()
    return {
        "host": platform.node(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "accelerator": torch.cuda.get_device_name() if torch is not None and cuda else None,
    }


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


@functools.cache
def _commit() -> str | None:
    """Return the commit of this code, with ``-dirty`` where files differ from it; None outside a repository."""
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:  # no git here
        return None
    return done.stdout.strip() or None


def changed(recorded: Mapping[str, str], expected: Mapping[str, str]) -> list[str]:
    """Return the rules (or ``data``), first to last, whose recorded fingerprint is not the expected one."""
    return [name for name in RECORDED if name in expected and recorded.get(name) != expected[name]]
