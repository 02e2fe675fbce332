"""A leakage audit runs on request alone, and the next run makes the reports again, which then show it."""


def test_an_audit_is_made_on_request_and_the_next_run_shows_it_in_every_report(finished_copy):
    assert not (finished_copy.root / "results/small/audit.html").exists()
    finished_copy.snakemake("results/small/audit.html")
    assert "What was found" in (finished_copy.root / "results/small/audit.html").read_text()
    rules = ("all", "block_report", "block_tables", "report", "report_tables")
    assert finished_copy.planned() == dict.fromkeys(rules, 1)
