"""A plan says what a run is expected to cost, and that it does not know where nothing was measured."""

from dataclasses import replace

import pytest
from conftest import SCRIPTS

from ltsei.evaluation import power
from ltsei.pipeline import costs, detectable_differences, plan
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.planned_jobs import PlannedJob
from ltsei.pipeline.rule_table import RULES
from ltsei.runtime.slurm import queue


@pytest.fixture
def planned(experiments, tmp_path, monkeypatch):
    """A function of measured seconds of evaluations -> plan of a matrix of which nothing is done."""
    monkeypatch.setattr(queue, "available", lambda: False)
    experiments |= {"results": str(tmp_path), "device": "cpu"}
    matrix = load_matrix(experiments, SCRIPTS)

    def make(*seconds, estimate=None):
        for seed, value in enumerate(seconds):
            path = tmp_path / "small" / "ir2" / f"seed{seed}" / "ce" / "benchmarks" / "evaluate.tsv"
            path.parent.mkdir(parents=True)
            path.write_text(f"s\th:m:s\tmax_rss\n{value}\t0:00:01\t100.0\n")
        jobs = [PlannedJob(job, "missing", ()) for job in [*matrix.jobs(), JobId("report")]]
        return plan.make(matrix, jobs, lambda job: estimate)

    return make


def expected(text):
    return next(line for line in text if line.startswith("expected: "))


def test_before_anything_was_measured_the_expected_time_is_unknown_and_not_zero(planned):
    text = list(plan.text(planned()))
    assert expected(text).startswith("expected: unknown (")
    assert not [line for line in text if " 0 s" in line]
    assert next(line for line in text if line.startswith("longest chain: ")).startswith(
        "longest chain: unknown: prepare"
    )


def test_what_was_measured_counts_and_the_rest_is_left_out(planned):
    made = planned(60.0)
    evaluations = made.jobs["evaluate"]["run"]
    assert made.cpu_hours == pytest.approx(evaluations / 60)
    assert made.gpu_hours is None
    assert made.chain_hours is None
    assert made.jobs["stage1"]["hours"] is None
    assert made.unknown == sum(row["run"] for rule, row in made.jobs.items() if rule not in ("evaluate", "report"))


def test_a_machine_without_a_gpu_is_promised_no_time_on_gpus(planned):
    assert "GPUs" not in expected(plan.text(planned(60.0)))


@pytest.mark.parametrize(("device", "cluster", "has"), [("auto", True, True), ("cpu", True, False)])
def test_jobs_may_use_gpus_on_a_cluster_unless_the_device_is_the_cpu(monkeypatch, device, cluster, has):
    monkeypatch.setattr(queue, "available", lambda: cluster)
    assert costs.has_gpus(device) is has


def test_time_on_gpus_is_told_apart_where_there_are_some(planned, monkeypatch):
    monkeypatch.setattr(plan, "has_gpus", lambda device: True)
    made = planned(60.0, estimate=3600.0)
    on_gpus = sum(row["run"] for rule, row in made.jobs.items() if RULES[rule].uses_gpu)
    assert expected(plan.text(made)).startswith(f"expected: {on_gpus:.1f} h on GPUs and ")


@pytest.mark.parametrize(
    ("hours", "text"),
    [(None, "unknown"), (0.0, "0 s"), (0.5, "30.0 min"), (2.0, "2.0 h"), (1 / 120, "30 s"), (1e-6, "< 1 s")],
)
def test_a_time_has_a_suitable_unit(hours, text):
    assert plan.duration(hours) == text


def test_a_plan_says_which_differences_its_blocks_can_detect(planned):
    made = replace(planned(), detectable={"many": 0.0123, "few": None})
    line = next(line for line in plan.text(made) if line.startswith("detectable differences"))
    assert "many 1.2 points, few none (p needs 3 seeds) (80 % power" in line


def test_a_detectable_difference_is_that_of_the_seeds_ratios_and_methods_of_a_block(experiments):
    experiments["experiments"] = {
        "two": {"datasets": ["small"], "methods": ["ce", "crt"], "imbalance_ratios": [2, 4], "seeds": [0, 1, 2, 3]},
        "few": {"datasets": ["small"], "methods": ["ce", "crt"], "imbalance_ratios": [2], "seeds": [0, 1]},
    }
    experiments["run"] = ["two", "few"]
    assert detectable_differences.detectable(load_matrix(experiments, SCRIPTS)) == {
        "two": power.detectable(seeds=4, ratios=2, datasets=1, comparisons=1),
        "few": None,
    }


def test_combinations_that_are_left_out_of_sweeps_are_counted_with_the_most_frequent_reasons(experiments, planned):
    assert planned().left_out == {}
    samplers = [{"name": "power", "exponent": 0.1}, {"name": "power", "exponent": 0.2}, "class_balanced", "reverse"]
    samplers += ["square_root", "class_aware", "progressive_power", "instance_balanced"]
    sweep = {"stage2.loss": ["logit_adjustment", "focal"], "stage2.sampler": samplers, "invalid": "leave_out"}
    experiments["methods"]["grid"] = {"from": "ce", "stage2": {"mode": "crt"}, "sweep": sweep}
    made = plan.make(load_matrix(experiments, SCRIPTS), [], lambda job: None)
    lines = list(plan.text(made))
    assert sum(made.left_out.values()) == 7
    assert lines[1] == "left out of sweeps: 7 combinations"
    assert lines[2].startswith("  2 × stage2: losses/logit_adjustment and samplers/power each correct the class prior")
    assert lines[7] == "  and for 1 other reasons, which `--json` lists"
