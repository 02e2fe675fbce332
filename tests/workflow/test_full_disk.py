"""A full disk ends a job with one sentence and no partial file; with room again the same command succeeds."""

import os
import shutil
import subprocess

import pytest
from conftest import EXPERIMENTS

CELL = "results/small/ir2/seed0/ce"


@pytest.fixture
def small_disk(finished_copy, tmp_path):
    """A finished project whose results lie on a small file system of their own, and a training of which is gone."""
    folder, before = finished_copy.root / "results", tmp_path / "before"
    folder.rename(before)
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("needs root and the right to mount a tmpfs, which some containers lack")
    shutil.copytree(before, folder, dirs_exist_ok=True)
    shutil.rmtree(finished_copy.root / CELL)
    finished_copy.configure({**EXPERIMENTS, "on_failure": "stop"})
    yield finished_copy
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.fault("the disk is full while results are written", "complete")
def test_a_job_on_a_full_disk_says_so_and_succeeds_once_there_is_room(small_disk):
    target = f"{CELL}/stage1/model.pt"
    space = os.statvfs(small_disk.root / "results")
    ballast = small_disk.root / "results" / "ballast"
    ballast.write_bytes(b"0" * (space.f_bavail * space.f_frsize - 20_000))
    failed = small_disk.snakemake(target, check=False)
    assert failed.returncode != 0
    assert "the disk is full, or your quota; make room and run the same command" in failed.stdout
    names = [path.name for path in (small_disk.root / CELL).rglob("*") if path.is_file()]
    assert not [name for name in names if name.endswith((".part", ".pt", ".npz", "recipe.json"))]
    ballast.unlink()
    small_disk.snakemake(target)
    assert (small_disk.root / target).exists()
