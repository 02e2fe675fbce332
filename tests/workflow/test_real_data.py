"""The example configurations on real recordings, from the original files to the metrics."""

import json
from statistics import mean

import pytest
import yaml


@pytest.fixture
def with_data(project, real_data):
    (project.root / "data").symlink_to(real_data)
    return project


def run(project, name, targets, methods, epochs):
    """Run an example up to these targets, with one seed and fewer epochs; return the metrics of its cells."""
    example = yaml.safe_load((project.root / f"config/examples/{name}.yaml").read_text())
    datasets = {dataset: {"defaults": {"stage1": {"epochs": epochs}}} for dataset in example["datasets"]}
    block = {"methods": methods, "seeds": [0]}
    (project.root / "smaller.yaml").write_text(yaml.safe_dump({"datasets": datasets, "experiments": {name: block}}))
    project.snakemake(*targets, "--configfile", f"config/examples/{name}.yaml", "smaller.yaml")
    metrics = project.files(f"results/{name}/{name}*/irnatural/*/*/metrics.json")
    return [json.loads(text) for text in metrics.values()]


def test_logit_adjustment_beats_cross_entropy_on_the_long_tail_of_heartbeats(with_data):
    methods = ["ce", "la_posthoc"]  # of one training
    targets = [f"results/mitdb/mitdb/irnatural/seed0/{method}/metrics.json" for method in methods]
    metrics = run(with_data, "mitdb", targets, methods, epochs=1)
    scores = {cell["method"]: cell["balanced_accuracy"] for cell in metrics}
    assert scores["la_posthoc"] > scores["ce"] + 0.05
    assert scores["ce"] > 0.5


def test_recordings_of_aircraft_are_read_under_their_original_file_names(with_data):
    targets = [f"results/adsb84/{dataset}/irnatural/seed0/ce/metrics.json" for dataset in ("adsb84", "adsb84_all")]
    metrics = run(with_data, "adsb84", targets, ["ce"], epochs=10)
    test_sizes = {cell["dataset"]: cell["num_test_signals"] for cell in metrics}
    assert test_sizes == {"adsb84": 19, "adsb84_all": 23}
    assert mean(cell["balanced_accuracy"] for cell in metrics) > 2 / 7  # twice chance level
