"""The page of a leakage audit, and the line about it in reports."""

import json

from unit.report._matrix import fake_matrix

from ltsei.report.audit_page import write_audit_page

SCORE = {"accuracy": 0.96, "low": 0.9, "high": 1.0, "chance": 0.1, "p": 0.001}
FINDINGS = [
    {"name": "address", "title": "Address", "verdict": "leak", "sentence": "83 of 84 <give> it away.", "score": SCORE},
    {"name": "copies", "title": "Copies", "verdict": "nothing found", "sentence": "No two signals are equal."},
]
AUDIT = {
    "verdict": "leak",
    "counts": {"leak": 1, "nothing found": 1},
    "findings": FINDINGS,
    "rules": ["A rule."],
    "classes": 10,
    "train": {"signals": 52, "examined": 52},
    "test": {"signals": 32, "examined": 32},
}


def test_the_page_holds_every_finding_and_loads_nothing(tmp_path):
    write_audit_page(str(tmp_path / "audit.html"), AUDIT, "<adsb>")
    page = (tmp_path / "audit.html").read_text()
    assert "Leakage audit of &lt;adsb&gt;" in page
    assert all(text in page for text in ("83 of 84 &lt;give&gt; it away.", "No two signals are equal.", "A rule."))
    assert "90.0 to 100.0 %" in page
    assert "http://" not in page
    assert "https://" not in page
    assert "<script" not in page


def test_a_report_has_a_line_for_each_audit_that_exists(tmp_path):
    matrix = fake_matrix(tmp_path, methods=("ce", "focal"), ratios=("10",), seeds=(0,), num_classes=4, natural=False)
    paths = {name: tmp_path / name / "audit.json" for name in ("adsb_synth", "absent", "damaged")}
    for name, text in {"adsb_synth": json.dumps(AUDIT), "damaged": "{"}.items():
        paths[name].parent.mkdir(exist_ok=True)
        paths[name].write_text(text)
    audits = {name: str(path) for name, path in paths.items()}
    page = matrix.page(audits=audits).read_text()
    line = "adsb_synth: leakage audit: 1 leak, 1 nothing found."
    assert f'{line} <a href="../adsb_synth/audit.html">' in page
    assert "absent: leakage audit" not in page
    assert f"Warning: {paths['damaged']}" in page
    table = matrix.tables("markdown", audits=audits)["markdown"].read_text()
    assert "synth: leakage audit: 1 leak, 1 nothing found." in table
    assert "leakage audit" not in matrix.page().read_text()
