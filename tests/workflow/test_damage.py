"""Damaged files: no job computes with them, `ltsei verify` names them, and what `ltsei repair` prints heals them."""

import shlex

import pytest
from conftest import EXPERIMENTS

CELL = "results/small/ir2/seed0"
DIFFERS = "content differs from what was recorded when it was made; `ltsei repair` says what to do"


def flip(project, path, position=200):
    """Flip one bit of a file."""
    content = bytearray((project.root / path).read_bytes())
    content[position] ^= 1
    (project.root / path).write_bytes(content)


@pytest.mark.fault("a bit of a model's logits is flipped", "named")
@pytest.mark.fault("a bit of the prepared signals is flipped", "named")
@pytest.mark.fault("a metric is edited", "named")
@pytest.mark.fault("a metrics file is emptied", "named")
def test_no_job_computes_with_damaged_files_and_repair_makes_them_again(finished_copy):
    before = finished_copy.files("results/small/**/*.[npj]*")
    finished_copy.configure({**EXPERIMENTS, "on_failure": "stop"})
    flip(finished_copy, f"{CELL}/ce/stage1/logits_test.npy")
    refused = finished_copy.snakemake("--force", f"{CELL}/la_posthoc/stage3_test/recipe.json", check=False)
    assert refused.returncode != 0
    assert f"{CELL}/ce/stage1/logits_test.npy: {DIFFERS}" in refused.stdout
    flip(finished_copy, "results/small/signals/train.npy")
    stopped = finished_copy.snakemake("--force", f"{CELL}/focal/stage1/recipe.json", check=False)
    assert stopped.returncode != 0
    assert f"results/small/signals/train.npy: {DIFFERS}" in stopped.stdout
    assert "1 of 1" not in stopped.stdout
    metrics = finished_copy.root / CELL / "crt" / "metrics.json"
    metrics.write_text(metrics.read_text().replace('"balanced_accuracy": 0', '"balanced_accuracy": 1'))
    (finished_copy.root / CELL / "focal" / "metrics.json").write_text("")
    assert "10 current, 0 out of date, 0 missing, 2 damaged" in finished_copy.ltsei("verify", status=1)
    script = finished_copy.ltsei("repair", status=1)
    *commands, last = [words for line in script.splitlines() if (words := shlex.split(line, comments=True))]
    assert last == ["snakemake", "--cores", "all"], "a plain run, which makes the reports again"
    for program, *arguments in commands:
        assert program == "snakemake"
        finished_copy.snakemake(*arguments)
    assert finished_copy.ltsei("verify", status=0) == "12 current, 0 out of date, 0 missing, 0 damaged\n"
    after = finished_copy.files("results/small/**/*.[npj]*")
    assert [path for path in before if after[path] != before[path] and path.name != "recipe.json"] == []
    untouched = f"{CELL}/ce/features/train.npy"  # nothing between the damaged files ran
    assert modified(finished_copy, untouched) < modified(finished_copy, f"{CELL}/ce/stage1/logits_test.npy")


def modified(project, path):
    return (project.root / path).stat().st_mtime_ns
