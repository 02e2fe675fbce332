"""What the numbers were made with: machines, software, commits, and whether configuration and code still match."""

from collections.abc import Iterable, Mapping
from typing import Any

from ltsei.pipeline.rule_table import rule_label
from ltsei.report.cell_result import CellResult
from ltsei.report.number_text import UNDEFINED
from ltsei.report.scopes import Scope

EVALUATE = "evaluate"
Record = Mapping[str, Any]
"""An entry of ``made`` in a recipe.json."""


def provenance_summary(scope: Scope) -> list[tuple[str, list[str]]]:
    """Return (heading, distinct texts) about all finished cells of a scope."""
    cells = [cell for cell in scope.cells if cell.metrics is not None]
    made = [record for cell in cells for record in cell.provenance.get("made", {}).values()]
    stale = sum(bool(cell.stale) for cell in cells)
    match = f"{stale} of {len(cells)} cells were made with others" if stale else f"all {len(cells)} cells match"
    return [
        ("Commits", _distinct(record.get("commit") for record in made)),
        ("Machines", _distinct(map(machine, made))),
        ("Software", _distinct(map(software, made))),
        ("Present configuration and code", [match if cells else UNDEFINED]),
    ]


def surroundings(record: Record) -> dict[str, str]:
    """Return commit, machine and software of a record, as text."""
    return {"commit": record.get("commit") or UNDEFINED, "machine": machine(record), "software": software(record)}


def levels(cell: CellResult) -> list[tuple[str, str, str]]:
    """Return (rule, label, fingerprint) for everything that the numbers of a cell depend on."""
    fingerprints = cell.provenance.get("fingerprints", {})
    return [(rule, rule_label(rule), fingerprint) for rule, fingerprint in fingerprints.items()]


def last_fingerprint(cell: CellResult) -> str:
    """Return the fingerprint of a cell's last stage; evaluation does not count."""
    return next((text for rule, _, text in reversed(levels(cell)) if rule != EVALUATE), UNDEFINED)


def machine(record: Record) -> str:
    """Return host, accelerator or processor, and system."""
    parts = record["machine"]
    return ", ".join(
        filter(None, [parts.get("host"), parts.get("accelerator") or parts.get("processor"), parts.get("system")])
    )


def software(record: Record) -> str:
    """Return packages with their versions."""
    return ", ".join(f"{name} {version}" for name, version in record["software"].items())


def _distinct(texts: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(filter(None, texts))) or [UNDEFINED]
