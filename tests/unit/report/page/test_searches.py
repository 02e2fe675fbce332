"""The tabs on tuning and protocols: only where there is something, and with the numbers of the tables."""

import os
import re
import subprocess

import pytest
from unit.report._matrix import chart_of, data_of, table_of
from unit.report._searches import searched, tuned_cells
from unit.report.page.test_browser import BROWSER, FLAGS

from ltsei.report.page.html import write_page
from ltsei.report.protocols import oracle_comparisons, selections_on_test
from ltsei.report.scopes import whole
from ltsei.report.tuned_or_default import tuned_or_default
from ltsei.report.tuning import expected


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    cells = tuned_cells() | tuned_cells("o", 0.1)
    return searched(tmp_path_factory.mktemp("searches"), cells, oracles=["o"], protocols=[("d", "o")])


@pytest.fixture(scope="module")
def page(results, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_page(str(path), results, "Title", "Note", "results", "--cores all")
    return path


def test_the_page_has_both_tabs(page):
    text = page.read_text(encoding="utf-8")
    order = [text.index(f'id="tab-{name}"') for name in ("statistics", "tuning", "protocols", "cells")]
    assert order == sorted(order)
    assert all(f'id="{name}-body"' in text for name in ("tuning", "protocols"))


def test_a_page_without_tuning_and_oracles_has_neither(matrix):
    text = matrix.page().read_text(encoding="utf-8")
    assert not any(f'id="{part}"' in text for part in ("tab-tuning", "tab-protocols", "tuning", "protocols"))


def test_the_page_shows_the_rows_of_the_tables(page, results):
    data, scope = data_of(page), whole(results)
    view = data["blocks"][0]["views"][0]
    (shown,) = table_of(data, view["metrics"][0]["tuned"])
    (row,) = tuned_or_default(scope, "balanced_accuracy")
    assert shown["difference"] == pytest.approx(row.comparison.mean, rel=1e-4)
    assert (shown["trials"], shown["tuned_mean"]) == (4, pytest.approx(row.tuned_mean, rel=1e-4))
    _, tables, _ = chart_of(data, view["searches"]["expected"])
    drawn = [point["value"] for point in tables["rows"]]
    assert drawn == pytest.approx([100 * each for each in expected(scope)["crt.tuned"]], rel=1e-4)
    protocols = data["blocks"][0]["protocols"]
    differences = [each["difference"] for each in table_of(data, protocols["oracles"][0]["rows"])]
    (compared,) = oracle_comparisons(scope)
    assert differences == pytest.approx([each.comparison.mean for each in compared.rows], rel=1e-4)
    on_test = [each["difference"] for each in table_of(data, protocols["on_test"])]
    assert on_test == pytest.approx([each.comparison.mean for each in selections_on_test(scope)], rel=1e-4)


def test_oracles_are_marked_wherever_the_page_names_a_condition(page):
    data = data_of(page)
    titles = [each["title"] for each in data["conditions"]]
    assert titles == ["d, ratio 10", "d, ratio 100", "o (oracle), ratio 10", "o (oracle), ratio 100"]
    assert [each["name"] for each in data["blocks"][0]["conditions"]] == titles


@pytest.mark.skipif(BROWSER is None, reason="without chromium the page's script cannot run")
@pytest.mark.parametrize(
    ("tab", "seen", "charts"),
    [
        ("tuning", ("tuned-table", "chosen-table", "crt.tuned: 2 of 32 trials diverged"), 3),
        ("protocols", ("oracle-table-0", "on-test-table", "methods change places from d to o (oracle)"), 0),
    ],
)
def test_the_tabs_are_drawn_without_an_error(page, tmp_path, tab, seen, charts):
    command = [BROWSER, *FLAGS, "--window-size=1280,2400", f"--user-data-dir={tmp_path}", f"{page.as_uri()}#tab={tab}"]
    environment = {**os.environ, "HOME": str(tmp_path)}
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, env=environment)
    assert ":CONSOLE" not in run.stderr
    _, _, section = run.stdout.partition(f'id="{tab}-body"')
    section = section.partition("</section>")[0]
    assert all(text in section for text in seen)
    assert len(re.findall('<svg[^>]* class="marks"', section)) == charts
