"""The source `files` on real recordings, in the folder that the environment variable LTSEI_DATA names."""

import os
from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy.signal import resample_poly

from ltsei.cli.inspect import describe
from ltsei.core.context import build_component
from ltsei.core.errors import InputError
from ltsei.data.split import make_split

FOLDER = os.environ.get("LTSEI_DATA")
pytestmark = pytest.mark.skipif(FOLDER is None, reason="LTSEI_DATA does not name a folder of real recordings")

ADSB = "adsb84/adsb84_4800x2_f32.npz"
MITDB = "mitdb/mitdb_beats_2x256_i16_Ncap10000.npz"
SATREC = "satrec/satrec_48k_int16_4800.npz"


def path(name):
    file = Path(FOLDER) / name
    if not file.is_file():
        pytest.skip(f"LTSEI_DATA has no {name}")
    return str(file)


def build(name, **settings):
    return build_component("sources", {"name": "files", "train": path(name), **settings}, None)


def read(part):
    return np.concatenate(list(part.chunks()))


def counts(part, recordings):
    return np.bincount(part.labels, minlength=len(recordings.class_names)).tolist()


def test_adsb_files_with_their_original_names_are_read():
    recordings = build("adsb84/x_train_3.npy", test=path("adsb84/x_val_3.npy"), drop_unknown=True)
    assert recordings.class_names == ("0", "2", "3", "4", "5", "8", "9")
    assert np.array_equal(read(recordings.train), np.load(path("adsb84/x_train_3.npy")).astype(np.float32))
    assert counts(recordings.train, recordings) == [6, 6, 4, 7, 11, 8, 7]
    assert read(recordings.test).shape == (19, 4800, 2)
    assert recordings.notes["dropped_signals"] == [0, 2]


def test_inspection_of_the_original_names_proposes_lines_that_build():
    report = describe(path("adsb84/x_train_3.npy"))
    (entry,) = yaml.safe_load(report[report.index("For `datasets`") :].split("\n", 1)[1]).values()
    assert entry["source"]["drop_unknown"] is True
    assert build_component("sources", entry["source"], None).notes["dropped_signals"] == [0, 2]


def test_inspection_suggests_the_keys_of_patients_and_times():
    heartbeats, spacecraft = describe(path(MITDB)), describe(path(SATREC))
    assert "record (48 values) as group_key" in heartbeats
    assert "t (235 values) as order_key" in spacecraft


def test_adsb_archive_holds_ten_aircraft_at_50_ms_per_second():
    recordings = build(ADSB, holdout=0.3)
    totals = np.add(counts(recordings.train, recordings), counts(recordings.test, recordings))
    assert totals.tolist() == [11, 1, 8, 10, 11, 15, 3, 1, 9, 15]
    assert recordings.sample_rate_hz == 50e6
    assert recordings.train.signal_shape == (4800, 2)
    assert recordings.notes["absent_from_test"] == ["1", "7"]


def test_heartbeats_are_divided_at_random_within_each_class():
    recordings = build(MITDB, holdout=0.3)
    assert "".join(recordings.class_names) == "NLRV/AfFjaEJQe"
    assert recordings.train.signal_shape == (256, 2)
    assert counts(recordings.train, recordings) == [
        *(7000, 5650, 5079, 4990, 4917, 1782, 687, 561, 160, 105, 74, 58, 23, 11),
    ]
    assert len(read(recordings.train)) + len(recordings.test.labels) == 44428


def test_heartbeats_are_divided_by_patient():
    recordings = build(MITDB, holdout=0.3, group_key="record")
    with np.load(path(MITDB)) as archive:
        held_out = np.isin(archive["record"], recordings.notes["holdout"]["test_groups"])
        assert np.array_equal(read(recordings.test), archive["X"][held_out].transpose(0, 2, 1))
    train, test = counts(recordings.train, recordings), counts(recordings.test, recordings)
    shares = np.divide(test, np.add(train, test))
    assert np.abs(shares[:8] - 0.3).max() < 0.2
    assert [number for number in test if number == 0] == [0]  # one kind occurs in a single patient
    assert min(train) > 0
    labels, records = recordings.train.labels, recordings.groups
    split = make_split(
        labels,
        len(recordings.class_names),
        imbalance_ratio="natural",
        validation={"fraction": 0.1},
        n_max=None,
        class_order="index",
        shortage="error",
        seed=0,
        fingerprints={},
        groups=records,
        class_names=recordings.class_names,
    )
    assert set(records[split.train]).isdisjoint(records[split.val])
    assert len(split.notes) == 1


def test_raw_recordings_of_two_receivers_are_cut_and_resampled(tmp_path):
    folder = Path(path("modes/modes1.bin")).parent
    (tmp_path / "modes_1.bin").symlink_to(folder / "modes1.bin")
    settings = {
        "files": [f"{folder}/*.iq", str(tmp_path)],
        "datatype": {"bin": "cu8", "iq": "ci16_le"},
        "order": {"iq": "QI"},
        "recorded_rate_hz": {"bin": 2e6, "iq": 2.4e6},
        "sample_rate_hz": 2e6,
        "length": 2048,
        "pattern": "{label}_{number:d}",
        "test": {"number": [1641427457780]},
    }
    recordings = build_component("sources", {"name": "recordings", **settings}, None)
    assert recordings.class_names == ("modes", "test")
    assert recordings.sample_rate_hz == 2e6
    signals = read(recordings.train)
    stored = np.fromfile(folder / "modes1.bin", np.uint8).reshape(-1, 2).astype(np.float32) - 127.5
    raw = signals[recordings.train.labels == 0]
    assert np.array_equal(raw, stored[: 2048 * len(raw)].reshape(-1, 2048, 2))
    first = np.fromfile(next(iter(sorted(folder.glob("*.iq")))), "<i2").reshape(-1, 2)[:, ::-1].astype(np.float64)
    expected = resample_poly(first, 5, 6, axis=0)
    tested = read(recordings.test)
    assert np.allclose(tested.reshape(-1, 2), expected[: 2048 * len(tested)], atol=1e-2)


def test_spacecraft_are_divided_by_time():
    with pytest.raises(InputError, match="200 of 4899 signals are constant"):
        build(SATREC, holdout=0.35, order_key="t")
    recordings = build(SATREC, holdout=0.35, order_key="t", drop_invalid=True)
    assert recordings.notes["invalid_signals"] == [200]
    assert len(recordings.class_names) == 86
    assert recordings.train.signal_shape == (4800, 1)
    assert recordings.notes["absent_from_test"] == []
    with np.load(path(SATREC)) as archive:
        expected = archive["X"][archive["Y"] == 0].transpose(0, 2, 1)
    assert np.array_equal(read(recordings.test)[recordings.test.labels == 0], expected[-82:])
