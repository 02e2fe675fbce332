"""The page in a real browser: what its script shows, and that it reports no error."""

import csv
import itertools
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from unit.report._matrix import chart_of, data_of

from ltsei.report.number_text import rounded, shown

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--virtual-time-budget=20000",
    "--enable-logging=stderr",
    "--dump-dom",
]
READER = Path(__file__).with_name("reader.js").read_text(encoding="utf-8")
LISTENER = """<script>
window.addEventListener("message", ({ data }) => {
  if (!String(data).startsWith("{")) return; // a message of a library
  const seen = Object.assign(document.createElement("pre"), { id: "seen", textContent: data });
  document.body.append(seen);
});
</script>"""

pytestmark = pytest.mark.skipif(BROWSER is None, reason="without chromium the page's script cannot run")


NUMBERS = [
    (rounded(value), unit, sign)
    for value, unit, sign in itertools.product(
        [None, 0, 1, -1, 3, 0.5, -0.5, 0.0005, 0.00049, -0.0005, 0.7525, 0.00125, 0.12345, 2 / 3, 99.95, 183564, 1e-9],
        ("fraction", "number", "count", "rank", "effect", "p"),
        (False, True),
    )
]


@dataclass(frozen=True)
class Visit:
    """What a reader saw: the final document, the answers of reader.js, and the lines of the console."""

    dom: str
    seen: dict
    console: list


def read(page, profile, width=1280, *flags):
    """Visit a page with reader.js in it."""
    command = [BROWSER, *FLAGS, *flags, f"--window-size={width},2400", f"--user-data-dir={profile}", page.as_uri()]
    environment = {**os.environ, "HOME": str(profile)}
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, env=environment)
    seen = re.search(r'<pre id="seen">(.*?)</pre>', run.stdout, re.DOTALL)
    assert seen, run.stderr[-2000:]
    console = [line for line in run.stderr.splitlines() if ":CONSOLE" in line]
    return Visit(run.stdout, json.loads(unescape(seen[1])), console)


@pytest.fixture(scope="module")
def visited(full_page):
    """The full report with a reader who sorts, filters and opens cells."""
    numbers = f"const NUMBERS = {json.dumps(NUMBERS)};"
    page = full_page.with_name("visited.html")
    before, _, after = full_page.read_text(encoding="utf-8").rpartition("</body>")
    page.write_text(f"{before}{LISTENER}<script>{numbers}{READER}</script></body>{after}", encoding="utf-8")
    return page


@pytest.fixture(scope="module")
def visit(visited, tmp_path_factory):
    return read(visited, tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="module")
def framed(visited, tmp_path_factory):
    """A visit in the dark, on a narrow screen, to the report inside another page, as Snakemake's report shows it."""
    page = visited.with_name("frame.html")
    page.write_text(
        f'<body style="margin: 0">{LISTENER}<iframe src="{visited.name}" width="390" height="900" frameborder="0">'
        "</iframe>",
        encoding="utf-8",
    )
    return read(page, tmp_path_factory.mktemp("framed"), 500, "--force-dark-mode")


def test_nothing_is_reported_as_an_error(visit, framed):
    for each in (visit, framed):
        assert each.seen["troubles"] == ""
        assert each.console == []


def test_every_chart_of_every_tab_is_drawn(visit, framed):
    expected = {
        "overview": 7,  # differences, three class distributions, a signal and its spectrogram, the state of the matrix
        "leaderboard": 1,
        "comparisons": 12,  # those below; three of recall against class size, three of its differences
        "statistics": 2,  # ranks, differences
        "cell": 12,  # three curves of each stage, confusion matrix, top confusions, recall, two of confidence, the map
    }
    assert visit.seen["charts"] == expected
    assert framed.seen["charts"] == expected


def test_a_narrow_page_scrolls_in_its_tables_only(framed):
    assert framed.seen["wide"] == []


def test_every_control_has_a_name_for_screen_readers(visit):
    assert visit.seen["unnamed"] == []


def test_numbers_are_shown_on_the_page_as_in_figures_and_tables(visit):
    expected = [shown(value, unit, sign=sign) for value, unit, sign in NUMBERS]
    assert dict(zip(NUMBERS, visit.seen["texts"], strict=True)) == dict(zip(NUMBERS, expected, strict=True))


def test_the_page_draws_the_rows_that_it_holds(visit, full_page):
    data = data_of(full_page)
    assert len(visit.seen["decoded"]) > 15  # one chart of every specification
    for position, results in visit.seen["decoded"]:
        _, tables, blanks = chart_of(data, position)
        assert results == {**tables, **blanks}


def test_the_overview_asks_and_answers(visit):
    assert "which of 12 methods best tells 20 or 5 classes apart" in visit.seen["question"]
    headings, texts = visit.seen["conclusions"][::2], visit.seen["conclusions"][1::2]
    assert headings == ["Who leads", "Tail and head", "Cost", "Limits"]
    assert texts[0].startswith("Best by balanced accuracy (mAcc)")
    assert "Difference from ce" in texts[0]
    assert "1 stopped" in texts[3]


def test_the_overview_drafts_a_sentence_for_a_paper(visit):
    assert "had a mean balanced accuracy (mAcc) of" in visit.seen["draft"]
    assert "n = 1 seed, not tested" in visit.seen["draft"]


def test_picked_methods_and_another_control_change_tables_and_charts(visit):
    assert sorted(visit.seen["pickedRows"]) == ["MoE-LTSEI", "cb", "ce"]
    assert visit.seen["difference"].strip() == "Δ vs cb"
    assert visit.seen["pickedLabels"] == ["ce"]  # the control is not compared with itself, MoE-LTSEI lacks a condition


def test_the_address_names_what_is_chosen_and_leads_back_to_it(visit):
    assert visit.seen["address"] == "#tab=statistics&control=cb&methods=ce,cb,moe_ltsei"
    assert visit.seen["again"] == visit.seen["address"]
    assert visit.seen["cellAddress"].endswith("cell=adsb_synth/100/tau_norm/1&second=adsb_synth/100/moe_ltsei/0")


def test_back_leads_to_the_tab_before_and_the_name_of_a_tab_is_an_address(visit):
    assert visit.seen["afterBack"] == ["statistics", "true"]
    assert visit.seen["oldAddress"] == ["provenance", None, None]


def test_a_search_filters_tables_and_charts(visit):
    assert visit.seen["foundRows"] == []
    assert "No method is shown" in visit.seen["foundCharts"][0]


def test_cells_that_are_not_done_are_listed_with_the_reason(visit):
    assert [row[3] for row in visit.seen["unfinished"]] == ["stopped", "out of date"]
    assert visit.seen["unfinished"][1][4].startswith("stage 1")


def test_arrow_keys_move_between_tabs(visit):
    assert visit.seen["statisticsFocus"] == "tab-statistics"
    assert visit.seen["selected"] == ["tab-provenance"]


def test_the_leaderboard_shows_mean_spread_seeds_difference_and_cost(visit):
    row = next(row for row in visit.seen["leaderboard"] if row[1] == "MoE-LTSEI")
    place, method, kind, mean, difference, p, seconds, parameters = row
    assert (method, kind, parameters) == ("MoE-LTSEI", "mixture", "183,564")
    assert re.fullmatch(r"\d+", place)
    assert re.fullmatch(r"\d+\.\d ± \d+\.\dn 2", mean)
    assert re.fullmatch(r"\+\d+\.\d", difference)  # two seeds have neither interval nor p
    assert p == "–"
    assert seconds.endswith(("s", "min"))


def test_over_several_conditions_the_leaderboard_has_places_and_average_ranks_in_the_order_of_the_tables(visit, full):
    with full.tables("ranking_overall")["ranking_overall"].open(newline="", encoding="utf-8") as file:
        table = [(row["place"] or "–", row["average_rank"] or "–", row["title"]) for row in csv.DictReader(file)]
    assert [head.strip() for head in visit.seen["headsEverywhere"][:3]] == ["Place", "Average rank", "Method"]
    assert [tuple(row[:3]) for row in visit.seen["everywhere"]] == table
    assert [place for place, *_ in table[:3]] == ["1", "2", "3"]


def test_a_heading_sorts(visit):
    values = [value for value in visit.seen["sorted"] if value is not None]
    assert visit.seen["direction"] == "descending"
    assert values == sorted(values, reverse=True)


def test_a_mean_over_one_of_two_seeds_says_so_and_has_no_spread(visit):
    entries = [entry for row in visit.seen["leaderboard"] for entry in row]
    assert any(re.fullmatch(r"\d+\.\dn 1/2", entry) for entry in entries)


def test_one_kind_of_method_can_be_shown_alone(visit):
    assert visit.seen["kinds"] == ["post-hoc"]


def test_an_empty_group_is_a_dash(visit):
    assert set(visit.seen["few"]) == {"–"}


def test_the_page_says_what_two_seeds_cannot_show(visit):
    assert "No difference can be significant here" in visit.seen["hint"]
    assert "p and intervals need 3" in visit.seen["limits"]


def test_every_method_is_compared_with_the_control(visit):
    assert len(visit.seen["comparisons"]) == 11
    assert "Not compared, without a shared seed under every condition: ldam_drw" in visit.seen["statistics"]
    assert all(re.fullmatch(r"[+−]?\d+\.\d", row[2]) for row in visit.seen["comparisons"])


def test_a_block_shows_only_its_own_methods(visit):
    assert sorted(visit.seen["ablation"]) == ["MoE-LTSEI", "ce"]


def test_losses_and_samplers_make_a_table(visit):
    losses = {row[0]: row[1:] for row in visit.seen["pairs"]}
    assert all(losses["cross entropy"])
    assert losses["focal"][1] == ""


def test_the_address_of_a_cell_opens_it(visit):
    assert visit.seen["cell"] == "crt, adsb_synth, ratio 100, seed 1"
    assert "convnet_adsb" in visit.seen["recipe"]
    command = r"snakemake \S+/adsb_synth/ir100/seed1/crt/metrics.json --cores all --configfile overlay.yaml"
    assert re.fullmatch(command, visit.seen["command"])


def test_the_metrics_of_two_cells_and_their_differences_are_one_table(visit):
    first, second = (float(text) for text in visit.seen["both"][0][2:])
    assert visit.seen["both"][0][0] == "Balanced accuracy (mAcc), %"
    assert float(visit.seen["both"][0][1].replace("−", "-")) == pytest.approx(second - first, abs=0.11)
    signals = [row for row in visit.seen["both"] if row[0] == "Test signals"]
    assert [row[1] for row in signals] == ["0"]
    assert visit.seen["metricsOfOne"] == 0


def test_two_cells_stand_side_by_side(visit):
    left, right = visit.seen["sideBySide"]
    assert left == "tau_norm, adsb_synth, ratio 100, seed 1"
    assert right == "MoE-LTSEI, adsb_synth, ratio 100, seed 0"


def test_provenance_leads_from_each_number_to_what_made_it(visit):
    assert visit.seen["provenance"][-3:-1] == ["t1", "0123456789ab"]
    assert "torch 2.13.0" in visit.seen["origin"]
    assert "1 of 50 cells were made with others" in visit.seen["origin"]


def test_a_narrow_page_has_one_legend_column_below_the_chart(visit):
    narrow, wide = visit.seen["legends"]
    assert (narrow["orient"], narrow["columns"]) == ("bottom", 1)
    assert (wide["orient"], wide["columns"]) == ("right", 2)


def test_the_chosen_tau_is_shown(visit):
    assert visit.seen["choices"] == "tau_norm: tau = 1.1, chosen on validation data"


def test_a_mixture_shows_how_it_uses_its_experts(visit):
    assert visit.seen["experts"] == [
        ["Classes", "Expert 1", "Expert 2", "Expert 3"],
        ["many", "50.0", "25.0", "25.0"],
        ["medium", "–", "–", "–"],
        ["few", "12.5", "37.5", "50.0"],
    ]
    assert "Entropy of the gate: 0.875" in visit.seen["gate"]
    assert "25.0 %" in visit.seen["gate"]


def test_a_method_without_post_hoc_steps_and_experts_shows_none(visit):
    assert visit.seen["without"] == [None, None]


def test_a_page_of_its_own_links_to_the_files(visit):
    assert visit.seen["links"] > 6
    assert visit.seen["paths"] == []


def test_inside_another_page_files_are_named_but_not_linked(framed):
    assert framed.seen["linksInside"] == 0
    assert "results/fake/adsb_synth/ir100/seed1/tau_norm/metrics.json" in framed.seen["paths"]
    assert any(path.endswith("evaluate.log") for path in framed.seen["paths"])


def test_hostile_names_run_nothing(visit):
    assert visit.seen["alerts"] == 0
    assert "<script>alert" not in visit.dom.split("</head>")[1].split('id="data"')[0]
