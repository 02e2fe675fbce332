"""The page in a real browser: what its script makes of it, and that it complains about nothing."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest

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
    "--window-size=1280,2400",
    "--virtual-time-budget=6000",
    "--enable-logging=stderr",
    "--dump-dom",
]
READER = Path(__file__).with_name("reader.js").read_text(encoding="utf-8")
LISTENER = """<script>
window.addEventListener("message", ({ data }) => {
  const seen = Object.assign(document.createElement("pre"), { id: "seen", textContent: data });
  document.body.append(seen);
});
</script>"""

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here, so the page's script is not exercised")


@dataclass(frozen=True)
class Visit:
    dom: str
    seen: dict
    console: list


def read(page, profile):
    """Return a visit to a page that listens to what its reader has seen."""
    command = [BROWSER, *FLAGS, f"--user-data-dir={profile}", page.as_uri()]
    environment = {**os.environ, "HOME": str(profile)}
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, env=environment)
    seen = re.search(r'<pre id="seen">(.*?)</pre>', run.stdout, re.DOTALL)
    assert seen, run.stderr[-2000:]
    console = [line for line in run.stderr.splitlines() if ":CONSOLE" in line]
    return Visit(run.stdout, json.loads(unescape(seen[1])), console)


@pytest.fixture(scope="module")
def visited(full_report):
    """The full report with a reader who sorts, filters and opens cells."""
    page = full_report["html"].with_name("visited.html")
    before, _, after = full_report["html"].read_text(encoding="utf-8").rpartition("</body>")
    page.write_text(f"{before}{LISTENER}<script>{READER}</script></body>{after}", encoding="utf-8")
    return page


@pytest.fixture(scope="module")
def visit(visited, tmp_path_factory):
    return read(visited, tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="module")
def framed(visited, tmp_path_factory):
    """A visit to the report inside another page, as Snakemake's report shows it."""
    page = visited.with_name("frame.html")
    page.write_text(
        f'<body>{LISTENER}<iframe src="{visited.name}" width="1200" height="900"></iframe>', encoding="utf-8"
    )
    return read(page, tmp_path_factory.mktemp("framed"))


def test_console_stays_empty(visit):
    assert visit.console == []


def test_every_chart_is_drawn(visit):
    # ratio, groups, two class distributions, three curves, confusion matrix, recall
    assert visit.seen["charts"] == 9


def test_methods_stand_in_the_configured_order_until_a_heading_is_clicked(visit):
    assert visit.seen["configured"][0] == "ce"
    assert visit.seen["sorted"][0] == "MoE-LTSEI"
    assert visit.seen["sorted"] != visit.seen["configured"]
    assert visit.seen["direction"] == "descending"


def test_entries_show_mean_spread_and_number_of_seeds(visit):
    assert re.fullmatch(r"\d+\.\d ± \d+\.\dn 2", visit.seen["entries"][0])


def test_a_mean_over_one_of_two_seeds_says_so_and_has_no_spread(visit):
    assert re.fullmatch(r"\d+\.\dn 1/2", visit.seen["entries"][3])


def test_differences_to_the_baseline_are_signed_and_zero_for_itself(visit):
    assert visit.seen["differences"][0].startswith("+")
    assert visit.seen["differences"][visit.seen["sorted"].index("ce")] == "0.0 ± 0.0n 2"


def test_an_empty_group_is_a_dash(visit):
    assert set(visit.seen["few"]) == {"–"}


def test_a_block_shows_its_own_methods_only(visit):
    assert sorted(visit.seen["ablation"]) == ["MoE-LTSEI", "ce"]


def test_the_address_of_a_cell_opens_it(visit):
    assert visit.seen["cell"] == "Chosen cell: crt, adsb_synth, ratio 100, seed 1"
    assert "convnet_adsb" in visit.seen["recipe"]


def test_epochs_are_whole_numbers_on_the_axis(visit):
    assert visit.seen["ticks"] == [[1, 2, 3], [0, 5, 10, 15], [50, 100, 150, 200], [4]]


def test_a_narrow_page_has_one_legend_column_under_the_chart(visit):
    narrow, wide = visit.seen["legends"]
    assert (narrow["orient"], narrow["columns"]) == ("bottom", 1)
    assert (wide["orient"], wide["columns"]) == ("right", 2)


def test_the_chosen_tau_is_shown(visit):
    assert visit.seen["choices"] == "tau_norm: tau = 1.1, chosen on validation"


def test_a_mixture_shows_how_it_uses_its_experts(visit):
    assert visit.seen["experts"] == [
        ["Classes", "Expert 1", "Expert 2", "Expert 3"],
        ["many", "50.0", "25.0", "25.0"],
        ["medium", "–", "–", "–"],
        ["few", "12.5", "37.5", "50.0"],
    ]
    assert "gate 0.875" in visit.seen["diagnosis"]
    assert "25.0 %" in visit.seen["diagnosis"]


def test_a_method_without_post_hoc_steps_and_experts_shows_none(visit):
    assert visit.seen["without"] == [None, None]


def test_a_page_of_its_own_links_to_the_files(visit):
    assert visit.seen["links"] > 6
    assert visit.seen["paths"] == []


def test_inside_another_page_files_are_named_and_not_linked(framed):
    assert framed.seen["dead"] == 0
    assert any(path.endswith("adsb_synth/ir100/seed1/moe_ltsei/metrics.json") for path in framed.seen["paths"])
    assert any(path.endswith("evaluate.log") for path in framed.seen["paths"])


def test_hostile_names_run_nothing(visit):
    assert visit.seen["alerts"] == 0
    assert "<script>alert" not in visit.dom.split("</head>")[1].split('id="data"')[0]
