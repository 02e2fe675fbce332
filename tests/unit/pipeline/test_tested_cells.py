"""Test conditions and priors in the matrix: their jobs and recipes, and what is refused."""

import numpy as np
import pytest
from conftest import SCRIPTS

from ltsei.core.errors import InputError
from ltsei.pipeline import data_survey, tested_cells
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.rule_inputs import inputs
from ltsei.report import report_files

LEVELS = {"snr_db": [0.0, 10.0], "carrier_offset_hz": [1000.0]}
BRANCHED = {"name": "branched", "backbone": {"name": "convnet_adsb", "width": 0.1, "stem": "strided"}, "branches": 2}


def load(experiments, **settings):
    experiments["datasets"]["small"] |= settings
    return load_matrix(experiments, SCRIPTS)


def refusal(experiments, **settings):
    with pytest.raises(InputError) as error:
        load(experiments, **settings)
    return str(error.value)


def fingerprint(experiments, levels, **settings):
    return load(experiments, test_conditions=levels, **settings).recipe("test_conditions", "small", "crt").fingerprint


def test_without_conditions_and_priors_a_report_asks_for_nothing_and_has_no_empty_tables(experiments):
    matrix = load(experiments)
    assert report_files.inputs(matrix, None)["further_tests"] == []
    assert tested_cells.unused(matrix) == ["test_conditions", "test_priors"]
    assert tested_cells.datasets(matrix, "test_conditions") == []


def test_every_cell_is_tested_from_its_trained_network(experiments):
    matrix = load(experiments, test_conditions=LEVELS, test_priors=["forward-10"])
    assert tested_cells.unused(matrix) == []
    assert len(report_files.inputs(matrix, None)["further_tests"]) == 2 * len(matrix.cells())
    paths = inputs(matrix, JobId("test_conditions", "small", "2", "0", "crt_tau"))
    folder = "results/small/ir2/seed0"
    assert paths == {
        "backbone": f"{folder}/ce/stage1/model.pt",
        "classifier": f"{folder}/crt/stage2/head.pt",
        "steps": [f"{folder}/crt_tau/stage3/steps.json"],
        "logits_test": f"{folder}/crt_tau/stage3_test/logits_test.npy",
    }
    network = matrix.recipe("test_conditions", "small", "crt_tau").settings
    assert (network.batch_size, network.precision, network.threads) == (16, "float32", 1)


def test_conditions_change_no_fingerprint_but_their_own(experiments):
    plain = {str(job): load(experiments).recipe_of(job).fingerprint for job in load(experiments).jobs()}
    matrix = load(experiments, test_conditions=LEVELS, test_priors=["forward-10"])
    assert {str(job): matrix.recipe_of(job).fingerprint for job in matrix.jobs()} == plain
    one, other = fingerprint(experiments, LEVELS), fingerprint(experiments, {"snr_db": [0.0]})
    assert one != other
    assert fingerprint(experiments, LEVELS) == one


def test_a_method_that_learns_from_the_test_signals_is_left_out(experiments):
    experiments["methods"] |= {
        "experts": {"stage1": {"backbone": BRANCHED, "head": "experts"}},
        "weighted": {"from": "experts", "stage3": ["expert_stability"]},
    }
    experiments["experiments"]["main"]["methods"] = ["experts", "weighted"]
    matrix = load(experiments, test_conditions=LEVELS, test_priors=["uniform"])
    paths = report_files.inputs(matrix, None)["further_tests"]
    assert {path.split("/")[-2] for path in paths if path.endswith("conditions.csv")} == {"experts"}
    assert {path.split("/")[-2] for path in paths} == {"experts", "weighted"}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"test_conditions": {"snr": [1.0]}}, "test_conditions.snr: unknown key 'snr' (did you mean 'snr_db'?)"),
        ({"test_conditions": {"snr_db": [5.0, 0.0]}}, "snr_db: got [5.0, 0.0], expected levels in ascending order"),
        ({"test_conditions": {"snr_db": [5.0, 5.0]}}, "each once; write [5.0]"),
        ({"test_conditions": {"multipath_decay_samples": [-1.0]}}, "multipath_decay_samples[0]: got -1.0, expected"),
        ({"test_conditions": {"carrier_offset_hz": [7e6]}}, "less than half the sample rate, 6.25e+06"),
        ({"test_priors": ["forward--5"]}, "test_priors[0]: got 'forward--5', expected uniform, forward-RATIO or"),
        ({"test_priors": ["sideways-5"]}, "a ratio above 1, as in forward-50"),
        ({"test_priors": ["forward-5", "forward-5.0"]}, "test_priors: got forward-5.0 twice"),
    ],
)
def test_mistakes_are_named_with_their_place(experiments, settings, expected):
    message = refusal(experiments, **settings)
    assert expected in message
    assert message.startswith("datasets.small.test_")
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize(
    ("channels", "rate", "name", "expected"),
    [
        (1, 8e6, "carrier_offset_hz", "got signals with 1 channel, expected I and Q; remove it"),
        (1, None, "carrier_offset_cycles_per_sample", "got signals with 1 channel, expected I and Q; remove it"),
        (2, None, "carrier_offset_hz", "the sample rate of these signals is unknown, and a shift in Hz needs it"),
        (1, 8e6, "multipath_decay_samples", None),
        (2, None, "carrier_offset_cycles_per_sample", None),
    ],
)
def test_what_only_the_files_show_is_found_before_any_job(
    experiments, tmp_path, monkeypatch, channels, rate, name, expected
):
    monkeypatch.chdir(tmp_path)
    signals = np.random.default_rng(0).normal(size=(60, 16, channels)).astype(np.float32)
    np.savez("a.npz", X=signals, Y=np.repeat([0, 1], 30))
    source = {"name": "files", "train": "a.npz", "holdout": 0.3, "sample_rate_hz": rate}
    matrix = load(experiments, source=source, split={}, test_conditions={name: [0.1]})
    (survey,) = data_survey.survey(matrix)
    problems = [line for line in survey.problems if "test_conditions" in line]
    assert [line.startswith(f"datasets.small.test_conditions.{name}: {expected}") for line in problems] == (
        [True] if expected else []
    )


def test_several_antennas_have_no_echoes(experiments):
    settings = load(experiments, test_conditions={"multipath_decay_samples": [1.0]}).dataset("small").test_conditions
    (line,) = settings.misfits((16, 3), 8e6)
    assert line.endswith("multipath_decay_samples: got signals with 3 channels, expected one, or I and Q; remove it")


def test_images_have_no_conditions(experiments):
    settings = load(experiments, test_conditions=LEVELS).dataset("small").test_conditions
    (line,) = settings.misfits((32, 32, 3), None)
    assert line == "test_conditions: got snr_db, carrier_offset_hz for images; remove them, they are for signals"
