"""The example configurations on real recordings, from the original files to a finished report."""

import json
import re
from statistics import mean

import pytest


@pytest.fixture
def with_data(project, real_data):
    (project.root / "data").symlink_to(real_data)
    return project


def run(project, name):
    project.snakemake("--configfile", f"config/examples/{name}.yaml")
    assert "</html>" in (project.root / "results" / name / "report" / "report.html").read_text()
    found = project.files(f"results/{name}/{name}/irnatural/*/*/metrics.json")
    assert len(found) == 3 * 2
    return {tuple(path.parts[-3:-1]): json.loads(text) for path, text in found.items()}


def scores(metrics, method):
    return [cell["balanced_accuracy"] for (_, name), cell in metrics.items() if name == method]


def test_logit_adjustment_beats_cross_entropy_on_the_long_tail_of_heartbeats(with_data):
    metrics = run(with_data, "mitdb")
    assert mean(scores(metrics, "logit_adjustment")) > mean(scores(metrics, "ce")) + 0.05
    assert min(scores(metrics, "ce")) > 0.5


def test_aircraft_under_their_original_file_names_reach_a_report(with_data):
    metrics = run(with_data, "adsb84")
    assert {cell["num_test_signals"] for cell in metrics.values()} == {19}
    assert mean(scores(metrics, "ce")) > 2 / 7  # twice what guessing gives
    log = (with_data.root / "results/adsb84/adsb84/logs/prepare.log").read_text()
    assert re.search("done", log)
