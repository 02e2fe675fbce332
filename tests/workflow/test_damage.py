"""Damaged files: no job computes with them, `ltsei verify` names them, and what `ltsei repair` prints heals them."""

import subprocess
import sys

import pytest

CELL = "results/small/ir2/seed0"
DIFFERS = "content differs from what was recorded when it was made; `ltsei repair` says what to do"


def flip(project, path, position=200):
    """Flip one bit of a file."""
    content = bytearray((project.root / path).read_bytes())
    content[position] ^= 1
    (project.root / path).write_bytes(content)


def ltsei(project, *arguments, status):
    command = [sys.executable, "-m", "ltsei", *arguments]
    done = subprocess.run(command, cwd=project.root, env=project.environment(), text=True, capture_output=True)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


@pytest.mark.fault("a bit of a model's logits is flipped", "named")
@pytest.mark.fault("a bit of the prepared signals is flipped", "named")
@pytest.mark.fault("a metric is edited", "named")
@pytest.mark.fault("a metrics file is emptied", "named")
def test_no_job_computes_with_damaged_files_and_repair_makes_them_again(finished_copy):
    before = finished_copy.files("results/small/**/*.[npj]*")
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
    assert "10 current, 0 stale, 0 missing, 2 damaged" in ltsei(finished_copy, "verify", status=1)
    script = ltsei(finished_copy, "repair", status=1)
    commands = "".join(line for line in script.splitlines(keepends=True) if line != "snakemake --cores all\n")
    assert commands != script, "a plain run, which makes the reports again, is the last command"
    commands = commands.replace("snakemake ", f"{sys.executable} -m snakemake ")
    done = subprocess.run(
        ["sh", "-e"], input=commands, cwd=finished_copy.root, env=finished_copy.environment(), text=True
    )
    assert done.returncode == 0
    assert ltsei(finished_copy, "verify", status=0) == "12 current, 0 stale, 0 missing, 0 damaged\n"
    after = finished_copy.files("results/small/**/*.[npj]*")
    assert [path for path in before if after[path] != before[path] and path.name != "recipe.json"] == []
    untouched = f"{CELL}/ce/features/train.npy"  # nothing between the damaged files ran
    assert modified(finished_copy, untouched) < modified(finished_copy, f"{CELL}/ce/stage1/logits_test.npy")


def modified(project, path):
    return (project.root / path).stat().st_mtime_ns
