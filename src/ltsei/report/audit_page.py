"""The page of a leakage audit: one HTML file without JavaScript that opens offline."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from ltsei.core import files
from ltsei.report.html_assets import asset, template

VERDICTS = {
    "leak": "The labels leak: results on this data set say little about the emitters.",
    "worth a look": "No leak was found, but something is worth a look.",
    "nothing found": "Nothing was found.",
    "not checked": "Nothing could be checked.",
}
"""The worst verdict -> the lead of the page."""


def write_audit_page(path: str, findings: Mapping[str, Any], dataset: str) -> None:
    """Write the page on what `data.audit.leakage.audit` returned; equal findings give equal bytes."""
    probes = [finding for finding in findings["findings"] if "score" in finding]
    page = template("audit.html.j2").render(
        dataset=dataset,
        audit=findings,
        probes=probes,
        lead=VERDICTS[findings["verdict"]],
        style=Markup(asset("report.css")),
    )
    files.write_text(path, page)
