"""What a report says about the leakage audits that exist: a line for each, with its page."""

from collections.abc import Mapping
from pathlib import Path

from ltsei.data.audit.finding import SERIOUS
from ltsei.report import file_shapes
from ltsei.report.result_files import intact, parsed

PAGE = "audit.html"


def audit_lines(audits: Mapping[str, str]) -> dict[str, str]:
    """Return line -> page of each audit that exists; an audit that cannot be read has a line without a page.

    Args:
        audits: data set -> audit.json.
    """
    counts, damaged = intact(audits, _counts)
    lines = {
        f"{dataset}: leakage audit: {_counted(of_verdicts)}.": str(Path(audits[dataset]).with_name(PAGE))
        for dataset, of_verdicts in counts.items()
    }
    return lines | {f"Warning: {text}.": "" for text in damaged}


def _counts(path: str) -> dict[str, int]:
    return parsed(path, file_shapes.audit, {})


def _counted(counts: Mapping[str, int]) -> str:
    words = {"leak": "leak" if counts.get("leak") == 1 else "leaks"}
    return ", ".join(f"{counts[name]} {words.get(name, name)}" for name in reversed(SERIOUS) if counts.get(name))
