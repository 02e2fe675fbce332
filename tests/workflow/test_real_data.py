"""The example configurations on real recordings, from the original files to the report."""

import json
from statistics import mean

import pytest
import yaml


@pytest.fixture
def with_data(project, real_data):
    (project.root / "data").symlink_to(real_data)
    return project


def run(project, name, *methods, **stage1):
    """Run an example with one seed and these methods, and return the metrics of its cells."""
    datasets = {name: {"defaults": {"stage1": stage1}}} if stage1 else {}
    block = {"methods": list(methods), "seeds": [0]}
    (project.root / "smaller.yaml").write_text(yaml.safe_dump({"datasets": datasets, "experiments": {name: block}}))
    project.snakemake("--configfile", f"config/examples/{name}.yaml", "smaller.yaml")
    assert "</html>" in (project.root / "results" / name / "report" / "report.html").read_text()
    metrics = project.files(f"results/{name}/{name}*/irnatural/*/*/metrics.json")
    return {tuple(path.parts[2:]): json.loads(text) for path, text in metrics.items()}


def scores(metrics, method):
    return [cell["balanced_accuracy"] for cell in metrics.values() if cell["method"] == method]


def test_logit_adjustment_beats_cross_entropy_on_the_long_tail_of_heartbeats(with_data):
    metrics = run(with_data, "mitdb", "ce", "logit_adjustment", epochs=1)
    assert len(metrics) == 2
    assert mean(scores(metrics, "logit_adjustment")) > mean(scores(metrics, "ce")) + 0.05
    assert min(scores(metrics, "ce")) > 0.5


def test_recordings_of_aircraft_are_read_under_their_original_file_names(with_data):
    metrics = run(with_data, "adsb84", "ce")
    test_sizes = {cell["dataset"]: cell["num_test_signals"] for cell in metrics.values()}
    assert len(metrics) == 2
    assert test_sizes == {"adsb84": 19, "adsb84_all": 23}
    assert mean(scores(metrics, "ce")) > 2 / 7  # twice chance level
