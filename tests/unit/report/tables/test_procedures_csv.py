"""The tables of trials and of protocols, and their sections in Markdown."""

import csv

from unit.report._searches import searched, tuned_cells

from ltsei.report.matrix_tables import WRITERS
from ltsei.report.tables.markdown import write_markdown


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_trial_of_every_tuned_cell_is_a_row_with_its_parameters(tmp_path):
    results = searched(tmp_path, tuned_cells())
    WRITERS["tuning"](str(tmp_path / "tuning.csv"), results)
    rows = rows_of(tmp_path / "tuning.csv")
    assert len(rows) == 16
    chosen = [(row["ir"], row["seed"], row["trial"]) for row in rows if row["chosen"] == "True"]
    assert chosen == [("10", "0", "1"), ("10", "1", "1"), ("100", "0", "2"), ("100", "1", "0")]
    assert (rows[1]["stage2.lr"], rows[6]["score"]) == ("0.0105", "")


def test_protocols_have_a_row_per_method_for_the_oracle_and_for_selection_on_test(tmp_path):
    cells = tuned_cells() | tuned_cells("o", 0.1)
    results = searched(tmp_path, cells, oracles=["o"], protocols=[("d", "o")])
    WRITERS["protocols"](str(tmp_path / "protocols.csv"), results)
    rows = rows_of(tmp_path / "protocols.csv")
    kinds = [(row["comparison"], row["dataset"], row["method"]) for row in rows]
    assert kinds.count(("oracle o", "d", "crt")) == 1
    assert [kind for kind in kinds if kind[0] == "selection_on_test_forbidden"] == [
        ("selection_on_test_forbidden", dataset, "crt.tuned") for dataset in ("d", "o")
    ]


def test_markdown_has_the_sections_only_where_there_is_something(tmp_path):
    cells = tuned_cells() | tuned_cells("o", 0.1)
    write_markdown(
        str(tmp_path / "a.md"), searched(tmp_path, cells, oracles=["o"], protocols=[("d", "o")]), "Title", "Note"
    )
    text = (tmp_path / "a.md").read_text()
    for heading in ("### Default recipe and tuned", "### Protocols: d against o", "### Selection on the test part"):
        assert heading in text
    assert "forbidden" in text
    plain = {key: cell for key, cell in tuned_cells().items() if key[3] != "crt.tuned"}
    write_markdown(str(tmp_path / "b.md"), searched(tmp_path / "plain", plain), "Title", "Note")
    text = (tmp_path / "b.md").read_text()
    assert not any(word in text for word in ("tuned", "oracle", "forbidden"))
