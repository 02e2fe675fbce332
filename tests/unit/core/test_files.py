"""A file is either complete or absent, and undefined is never a number."""

import errno
import hashlib
import json
import multiprocessing
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from ltsei.core import files


def write_often(path, failures):
    count = 0
    for number in range(300):
        try:
            files.write_json(path, {"number": number, "filling": "x" * 2000})
        except OSError:
            count += 1
    failures.put(count)


def test_two_processes_that_write_the_same_file_do_not_disturb_each_other(tmp_path):
    context = multiprocessing.get_context("fork")
    failures = context.Queue()
    writers = [context.Process(target=write_often, args=(tmp_path / "x.json", failures)) for _ in range(3)]
    for writer in writers:
        writer.start()
    assert [failures.get(timeout=60) for _ in writers] == [0, 0, 0]
    for writer in writers:
        writer.join()
    assert json.loads((tmp_path / "x.json").read_text())["number"] == 299
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]


DIES_WHILE_WRITING = """
import os, sys
from ltsei.core import files
with files.atomic(sys.argv[1]) as temporary:
    temporary.write_text("half")
    os._exit(1)
"""


def test_what_a_killed_writer_leaves_is_no_result_and_goes_with_the_next_write(tmp_path):
    target = tmp_path / "x.json"
    for _ in range(2):
        subprocess.run([sys.executable, "-c", DIES_WHILE_WRITING, target], check=False)
    assert len(files.temporaries(target)) == 1  # the second removed that of the first
    assert list(tmp_path.glob("[!.]*")) == list(tmp_path.glob("*.json")) == []
    files.write_json(target, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]


def test_a_temporary_file_of_another_machine_is_removed_only_after_a_day(tmp_path):
    leftover = tmp_path / ".x.json.elsewhere-1-abcd.part"
    leftover.touch()
    files.write_json(tmp_path / "x.json", 1)
    assert leftover.exists()
    os.utime(leftover, (0, 0))
    files.write_json(tmp_path / "x.json", 1)
    assert not leftover.exists()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "deep" / "x.txt"
    files.write_text(target, "old")
    with pytest.raises(RuntimeError), files.atomic(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert list(target.parent.iterdir()) == [target]


def test_json_refuses_nan(tmp_path):
    with pytest.raises(ValueError, match="Out of range"):
        files.write_json(tmp_path / "x.json", {"a": float("nan")})
    files.write_json(tmp_path / "x.json", {"a": None})
    assert json.loads((tmp_path / "x.json").read_text()) == {"a": None}


def test_undefined_is_an_empty_cell(tmp_path):
    files.write_csv(tmp_path / "x.csv", ["a", "b"], [{"a": 1, "b": None}, {"a": 2}])
    assert (tmp_path / "x.csv").read_text() == "a,b\n1,\n2,\n"


def test_a_table_keeps_columns_of_the_same_name(tmp_path):
    files.write_table(tmp_path / "x.csv", ["c", "c"], [[1, 2]])
    assert (tmp_path / "x.csv").read_text() == "c,c\n1,2\n"


@pytest.mark.parametrize("write", ["csv", "table"])
def test_no_cell_of_a_csv_file_is_a_formula(tmp_path, write):
    names = ("=name", "plain")
    values = ("=cmd|' /C calc'!A0", "@SUM(A1)")
    if write == "csv":
        files.write_csv(tmp_path / "x.csv", names, [dict(zip(names, values, strict=True))])
    else:
        files.write_table(tmp_path / "x.csv", names, [values])
    assert (tmp_path / "x.csv").read_text() == "'=name,plain\n'=cmd|' /C calc'!A0,'@SUM(A1)\n"


def test_equal_arrays_give_equal_bytes(tmp_path):
    for name in ("a.npz", "b.npz"):
        files.write_npz(tmp_path / name, x=np.arange(5), y=np.ones((2, 3)))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_arrays_have_no_date_permissions_or_system_of_the_writer(tmp_path):
    files.write_npz(tmp_path / "a.npz", x=np.arange(3), y=np.array("text"))
    with zipfile.ZipFile(tmp_path / "a.npz") as archive:
        members = archive.infolist()
    assert [member.filename for member in members] == ["x.npy", "y.npy"]
    assert {(member.date_time, member.create_system, member.external_attr) for member in members} == {
        ((1980, 1, 1, 0, 0, 0), 3, 0o600 << 16)
    }
    assert {(member.compress_type, member.flag_bits, member.extra) for member in members} == {(0, 0, b"")}


def test_the_bytes_of_an_array_file_are_fixed(tmp_path):
    files.write_npz(tmp_path / "a.npz", x=np.arange(3, dtype="<i8"), y=np.ones((2, 2), "<f4"))
    digest = hashlib.sha256((tmp_path / "a.npz").read_bytes()).hexdigest()
    assert digest == "0b09cc91dddf980e17b23d916791335b0207c51f850d52bff32a8f48c77254c8"


def test_objects_are_not_pickled(tmp_path):
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        files.write_npz(tmp_path / "a.npz", x=np.array([{}], dtype=object))
    assert list(tmp_path.iterdir()) == []


def test_bytes_are_on_the_disk_before_the_name_is(tmp_path, monkeypatch):
    events = []
    real_sync, real_replace = os.fsync, os.replace

    def sync(descriptor):
        events.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real_sync(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", lambda self, target: (events.append("rename"), real_replace(self, target)))
    files.write_text(tmp_path / "x.txt", "text")
    assert events[0].startswith(".x.txt.") and events[1:] == ["rename", tmp_path.name]


def test_a_disk_that_fails_when_bytes_reach_it_leaves_the_old_file(tmp_path, monkeypatch):
    files.write_text(tmp_path / "x.txt", "old")

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.write_text(tmp_path / "x.txt", "new")
    assert (tmp_path / "x.txt").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["x.txt"]
