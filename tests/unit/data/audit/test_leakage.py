"""What the audit says of data sets with and without a leak."""

import numpy as np
import pytest

from ltsei.core.context import build_component
from ltsei.data import store
from ltsei.data.adsb import mode_s
from ltsei.data.audit import probe
from ltsei.data.audit.leakage import audit
from ltsei.data.recordings import Part, Recordings

RATE_HZ = 4e6
SYNTHETIC = {"name": "synthetic_adsb", "emitters": 4, "train_per_class": 20, "test_per_class": 20}
PATHS = ("train", "labels_train", "test", "labels_test", "groups_train", "meta")


@pytest.fixture
def audited(tmp_path, monkeypatch):
    """A function that stores recordings, audits them and returns check -> finding."""
    monkeypatch.setattr(probe, "TREES", 30)
    monkeypatch.setattr(probe, "RESAMPLES", 400)

    def run(recordings, source=SYNTHETIC):
        paths = {name: tmp_path / f"{name}.npy" for name in PATHS}
        store.write_store(recordings, **paths, fingerprints={})
        opened = store.open_store(**{name: paths[name] for name in ("train", "labels_train", "test", "meta")})
        test_labels = store.read_test_labels(paths["labels_test"], paths["meta"])
        record = audit(opened, test_labels, store.read_groups(paths["groups_train"]), source)
        assert record["verdict"] == record["findings"][0]["verdict"]
        return {finding["name"]: finding for finding in record["findings"]}

    return run


def noise(labels, seed, length=64):
    return np.random.default_rng(seed).normal(size=(len(labels), length, 2)).astype(np.float32)


def recordings_of(train, train_labels, test, test_labels, **known):
    parts = (
        Part(np.asarray(labels, dtype=np.int64), signals.shape[1:], lambda signals=signals: iter([signals]))
        for signals, labels in ((train, train_labels), (test, test_labels))
    )
    named = {"class_names": tuple("abcd"), "sample_rate_hz": None, "checksum": "", "notes": {}} | known
    return Recordings(*parts, **named)


LABELS = np.repeat(np.arange(4), 20)


def noisy(**known):
    return recordings_of(noise(LABELS, 0), LABELS, noise(LABELS, 1), LABELS, **known)


def messages(seed, addresses):
    """Square pulses of messages whose address is cut out, at 4 MS/s; every fourth sample of a bit is noise-free."""
    rng = np.random.default_rng(seed)
    content = rng.integers(0, 2, (len(addresses), 80), np.uint8)
    content[:, :24] = (addresses[:, None] >> np.arange(23, -1, -1)) & 1
    envelope = np.repeat(mode_s.pulse_slots(mode_s.make_frames(content)), 2, axis=1)
    signals = np.stack([envelope, 0 * envelope], axis=-1)[:, mode_s.visible_samples(["aa"], RATE_HZ)]
    return (signals + rng.normal(0, 0.1, signals.shape)).astype(np.float32)


def test_equal_emitters_with_random_messages_leave_every_classifier_at_chance(audited):
    source = SYNTHETIC | {"separation": 0.0, "sample_rate_hz": RATE_HZ}
    findings = audited(build_component("sources", source, None))
    assert {finding["verdict"] for finding in findings.values()} == {"nothing found", "not checked"}
    assert {name for name in findings if "score" in findings[name]} == {
        *("amplitude", "snr", "envelope", "carrier_offset", "bits", "address")
    }


def test_different_emitters_differ_in_their_carrier_but_not_in_their_messages(audited):
    findings = audited(build_component("sources", SYNTHETIC | {"sample_rate_hz": RATE_HZ}, None))
    assert findings["carrier_offset"]["verdict"] == "worth a look"
    assert findings["bits"]["verdict"] == findings["address"]["verdict"] == "nothing found"


def test_an_address_that_was_cut_out_is_solved_from_the_parity(audited):
    emitters = np.array([0x78005F, 0x780069, 0x780081, 0x780090])
    train, test = (messages(seed, emitters[LABELS]) for seed in (0, 1))
    address = audited(recordings_of(train, LABELS, test, LABELS, sample_rate_hz=RATE_HZ))["address"]
    assert address["verdict"] == "leak"
    assert address["sentence"].startswith("160 of 160 signals give away the address")
    assert address["score"]["accuracy"] == 1
    assert 0.9 < address["score"]["low"] < 1


def test_of_84_public_messages_without_address_83_give_it_away(audited, real_data):
    file = np.load(real_data / "adsb84" / "adsb84_4800x2_f32.npz")
    source = {"name": "files", "train": str(real_data / "adsb84" / "adsb84_4800x2_f32.npz"), "holdout": 0.4}
    assert len(file["Y"]) == 84
    address = audited(build_component("sources", source, None), source)["address"]
    assert address["sentence"].startswith("83 of 84 signals")


def test_a_level_that_belongs_to_the_class_is_worth_a_look_and_no_leak(audited):
    scale = (1.0 + LABELS)[:, None, None].astype(np.float32)
    recordings = recordings_of(noise(LABELS, 0) * scale, LABELS, noise(LABELS, 1) * scale, LABELS)
    findings = audited(recordings)
    assert findings["amplitude"]["verdict"] == "worth a look"
    assert findings["amplitude"]["score"]["accuracy"] > 0.9
    assert findings["message"]["verdict"] == "not checked"


def test_a_domain_with_one_class_is_a_leak(audited):
    runs = [[20, str(label)] for label in range(4)]
    note = {"domains": {"names": ["run"], "train": runs, "test": runs}}
    finding = audited(noisy(notes=note))["domain run"]
    assert finding["verdict"] == "leak"
    assert finding["score"]["accuracy"] == 1


def test_copies_between_the_parts_are_a_leak_even_with_another_level_and_phase(audited):
    train, test = noise(LABELS, 0), noise(LABELS, 1)
    test[:3] = train[:3]
    rotated = 2j * (train[5:9, :, 0] + 1j * train[5:9, :, 1])
    test[5:9] = np.stack([rotated.real, rotated.imag], axis=-1)
    findings = audited(recordings_of(train, LABELS, test, LABELS, allow_duplicates=True))
    assert findings["copies"]["verdict"] == findings["near_copies"]["verdict"] == "leak"
    assert findings["copies"]["sentence"].startswith("3 test signals are exact copies of training signals")
    assert findings["near_copies"]["sentence"].startswith("4 pairs of a training and a test signal")


def test_a_signal_with_two_labels_is_worth_a_look(audited):
    train = noise(LABELS, 0)
    train[30] = train[0]
    finding = audited(recordings_of(train, LABELS, noise(LABELS, 1), LABELS))["copies"]
    assert finding["verdict"] == "worth a look"
    assert finding["sentence"].startswith("1 signals occur with two labels")


@pytest.mark.parametrize(
    ("groups", "verdict"),
    [
        (np.arange(80), "nothing found"),
        (np.where(LABELS == 2, 0, np.arange(80)), "worth a look"),
        (LABELS, "leak"),
        (None, "not checked"),
    ],
)
def test_classes_of_one_recording_are_named(audited, groups, verdict):
    notes = {} if groups is None else {"groups": {"key": "recording", "number": len(np.unique(groups))}}
    finding = audited(noisy(groups=groups, notes=notes))["one_recording"]
    assert finding["verdict"] == verdict
    if verdict == "worth a look":
        assert finding["sentence"].endswith("1 of 4 classes come from one recording each: c.")


def test_times_and_recordings_come_from_the_keys_of_the_files(audited, tmp_path):
    rng = np.random.default_rng(0)
    arrays = {"X": noise(LABELS, 0), "Y": LABELS, "t": LABELS * 100.0 + rng.random(80), "run": np.arange(80) % 10}
    np.savez(tmp_path / "data.npz", **arrays)
    source = {"name": "files", "train": str(tmp_path / "data.npz"), "holdout": 0.3, "layout": "NLC"}
    by_time = source | {"order_key": "t"}
    findings = audited(build_component("sources", by_time, None), by_time)
    assert findings["time"]["verdict"] == "leak"
    by_run = source | {"group_key": "run"}
    findings = audited(build_component("sources", by_run, None), by_run)
    assert findings["recording"]["verdict"] == "nothing found"  # none of the test recordings is in training
    assert findings["one_recording"]["verdict"] == "nothing found"
