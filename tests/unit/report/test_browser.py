"""The page in a real browser: what its script makes of it, and that it complains about nothing."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from html import unescape

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
READER = """<script>
// What a reader does, and what the page then shows.
const seen = { alerts: 0 };
window.alert = () => { seen.alerts += 1; };
const choose = (id, value) => {
  byId(id).value = value;
  byId(id).dispatchEvent(new Event("change"));
};
const rows = () => [...document.querySelectorAll("#matrix tbody tr")];
const column = (place) => rows().map((row) => row.children[place].textContent);
setTimeout(() => {
  seen.charts = document.querySelectorAll(".vega-embed svg.marks, .vega-embed canvas.marks").length;
  seen.configured = column(0);
  seen.entries = column(2);
  document.querySelector('#matrix [data-key="0"]').click();
  seen.sorted = column(0);
  seen.direction = document.querySelector("#matrix [data-key='0']").parentElement.getAttribute("aria-sort");
  choose("show", "difference");
  seen.differences = column(2);
  choose("show", "mean");
  choose("metric", report.metrics.findIndex(({ name }) => name === "few_accuracy"));
  seen.few = column(2);
  choose("block", "ablation");
  seen.ablation = column(0);
  choose("block", "");
  window.location.hash = "#cell=adsb_synth/100/crt/1";
}, 1500);
setTimeout(() => {
  seen.cell = byId("cell-title").textContent;
  seen.recipe = document.querySelector("#cell pre").textContent;
  seen.scripts = document.scripts.length;
  document.body.append(element("pre", { id: "seen" }, JSON.stringify(seen)));
}, 4000);
</script>
</body>"""

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here, so the page's script is not exercised")


@dataclass(frozen=True)
class Visit:
    dom: str
    seen: dict
    console: list


@pytest.fixture(scope="module")
def visit(full_report, tmp_path_factory):
    """A visit to the full report by a reader who sorts, filters and opens a cell."""
    profile = tmp_path_factory.mktemp("browser")
    page = full_report["html"].with_name("visited.html")
    before, _, after = full_report["html"].read_text(encoding="utf-8").rpartition("</body>")
    page.write_text(before + READER + after, encoding="utf-8")
    command = [BROWSER, *FLAGS, f"--user-data-dir={profile}", page.as_uri()]
    environment = {**os.environ, "HOME": str(profile)}
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, env=environment)
    seen = re.search(r'<pre id="seen">(.*?)</pre>', run.stdout, re.DOTALL)
    assert seen, run.stderr[-2000:]
    console = [line for line in run.stderr.splitlines() if ":CONSOLE" in line]
    return Visit(run.stdout, json.loads(unescape(seen[1])), console)


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


def test_hostile_names_run_nothing(visit):
    assert visit.seen["alerts"] == 0
    assert "<script>alert" not in visit.dom.split("</head>")[1].split('id="data"')[0]
