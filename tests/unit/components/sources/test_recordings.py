"""The source `recordings` on small files in the layouts of public data sets."""

import logging
import subprocess
import sys

import numpy as np
import pytest
from recorded import COUNT, EMITTERS, ORACLE, archive, labelled_sigmf, metadata, noise, oracle, sigmf
from scipy.io import wavfile

from ltsei.components.sources import recordings as source
from ltsei.core import registry
from ltsei.core.context import build_component
from ltsei.core.errors import InputError
from ltsei.data.captures import progress, windows
from ltsei.data.domains import signal_domains
from ltsei.data.split import make_split
from ltsei.data.store import open_store, read_groups, write_store


def build(files, **settings):
    return build_component("sources", {"name": "recordings", "files": str(files), **settings}, None)


def signals(part):
    return np.concatenate(list(part.chunks()))


def refusal(files, **settings):
    with pytest.raises(InputError) as refused:
        build(files, **settings)
    return str(refused.value).removeprefix("sources/recordings: ")


def cut(samples, starts, length):
    return np.stack([samples[start : start + length] for start in starts])


@pytest.fixture
def wifi(tmp_path):
    """Files of three emitters, two distances and two runs under the names of ORACLE."""
    return tmp_path, oracle(tmp_path)


def test_names_of_files_give_classes_and_domains(wifi):
    folder, written = wifi
    recordings = build(folder, **ORACLE, sample_rate_hz=5e6)
    assert recordings.class_names == ("3123D7B", "3123D52", "3123EFE")  # 7 before 52: numbers inside names count
    assert recordings.sample_rate_hz == 5e6
    for part, run in (("train", "1"), ("test", "2")):
        domains = signal_domains(recordings.notes, part)
        assert set(domains["run"]) == {run}
        stored, labels = signals(getattr(recordings, part)), getattr(recordings, part).labels
        for path, samples in written.items():
            _, _, _, emitter, distance, own = path.stem.split("_")
            if own == f"run{run}":
                chosen = (labels == recordings.class_names.index(emitter)) & (domains["distance"] == distance[:-2])
                assert np.array_equal(stored[chosen], samples.reshape(4, 100, 2))


def test_windows_of_a_recording_are_a_group_and_in_one_part_only(wifi):
    folder, _ = wifi
    recordings = build(folder, **{**ORACLE, "test": None}, hop=10, holdout=0.4)
    groups = recordings.groups
    assert [len(each) for each in np.split(groups, np.flatnonzero(np.diff(groups)) + 1)] == [31] * 6
    assert len(recordings.test.labels) == 31 * 6
    split = make_split(
        recordings.train.labels,
        3,
        imbalance_ratio="natural",
        validation={"fraction": 0.4},
        n_max=None,
        class_order="index",
        shortage="error",
        seed=0,
        fingerprints={},
        groups=groups,
    )
    assert len(split.val)
    assert set(groups[split.train]).isdisjoint(groups[split.val])


def test_validation_takes_the_recordings_that_a_domain_selects(wifi):
    folder, _ = wifi
    recordings = build(folder, **ORACLE, val={"distance": [8], "run": 1})
    assert recordings.num_validation == 12
    assert signal_domains(recordings.notes, "train")["distance"].tolist() == ["2"] * 12 + ["8"] * 12
    assert "test and val both select" in refusal(folder, **ORACLE, val={"distance": [8]})


def test_domains_survive_in_the_store(wifi, tmp_path):
    folder, _ = wifi
    names = ("train", "labels_train", "test", "labels_test", "groups_train", "meta")
    paths = {name: tmp_path / "store" / name for name in names}
    write_store(build(folder, **ORACLE), **paths, fingerprints={})
    store = open_store(**{name: paths[name] for name in ("train", "labels_train", "test", "meta")})
    assert signal_domains(store.meta.notes, "test")["distance"].tolist() == (["2"] * 4 + ["8"] * 4) * 3
    assert len(np.unique(read_groups(paths["groups_train"]))) == 6
    assert signal_domains({}, "train") == {}


def test_a_survey_reads_no_sample_and_counts_what_is_built(wifi, monkeypatch):
    folder, _ = wifi
    built = build(folder, **ORACLE)
    monkeypatch.setattr(np, "fromfile", None)
    parameters = registry.resolve("sources", {"name": "recordings", "files": str(folder), **ORACLE}, where="")
    del parameters["name"]
    survey = source.survey(**parameters)
    assert np.array_equal(survey.train.labels, built.train.labels)
    assert survey.class_names == built.class_names


def test_input_files_are_those_whose_checksums_the_store_records(wifi):
    folder, _ = wifi
    labelled_sigmf(folder)
    listed = source.input_files(files=[f"{folder}/r*", f"{folder}/r0.sigmf-data"])
    assert [path.rpartition("/")[2] for path in listed] == [
        *("r0.sigmf-meta", "r0.sigmf-data", "r1.sigmf-meta", "r1.sigmf-data", "r2.sigmf", "r3.sigmf"),
    ]
    assert list(build(f"{folder}/r*", length=100, holdout=0.5).files) == listed
    assert source.input_files(files="absent/*.bin") == ["absent/*.bin"]


def test_planning_a_run_loads_no_library():
    code = "import sys, ltsei.components.sources.recordings; print({'scipy', 'yaml', 'torch'} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "set()"


RAW = [
    (".cu8", "u1", {}, 127.5),
    (".cs8", "i1", {}, 0),
    (".cs16", "<i2", {}, 0),
    (".cfile", "<f4", {}, 0),
    (".cf64", "<f8", {}, 0),
    (".bin", ">i2", {"datatype": "ci16_be"}, 0),
    (".iq", "<u2", {"datatype": {"iq": "cu16"}}, 32767.5),
]


@pytest.mark.parametrize(("suffix", "stored", "settings", "middle"), RAW)
@pytest.mark.parametrize("order", ["IQ", "QI"])
def test_raw_files_are_read_by_suffix_or_stated_datatype(tmp_path, suffix, stored, settings, middle, order):
    written = oracle(tmp_path, suffix, stored)
    recordings = build(tmp_path, **ORACLE, **settings, order={suffix[1:]: order})
    first = next(iter(written.values())).astype(np.float64) - middle
    expected = first[:100, ::-1] if order == "QI" else first[:100]
    assert np.array_equal(signals(recordings.train)[0], expected.astype(np.float32))


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("stored", ["u1", "<i2", "<i4", "<f4"])
def test_wav_files_hold_a_real_channel_or_i_and_q(tmp_path, channels, stored):
    for index, label in enumerate("abab"):
        wavfile.write(tmp_path / f"{label}_{index}.wav", 48000, noise(index, stored, channels).squeeze())
    recordings = build(tmp_path, pattern="{label}_{take}", length=50, test={"take": ["2", "3"]})
    assert recordings.sample_rate_hz == 48000
    expected = noise(0, stored, channels).astype(np.float64) - (127.5 if stored == "u1" else 0)
    assert np.array_equal(signals(recordings.train)[:8], expected.reshape(8, 50, channels).astype(np.float32))


TYPES = [
    *(("cf32_le", "<f4", 2), ("cf32_be", ">f4", 2), ("cf64_le", "<f8", 2), ("cf32", "<f4", 2)),
    *(("ci16_le", "<i2", 2), ("ci16_be", ">i2", 2), ("ci32_le", "<i4", 2), ("ci8", "i1", 2), ("cu8", "u1", 2)),
    *(("rf32_le", "<f4", 1), ("rf64_be", ">f8", 1), ("ri16_le", "<i2", 1), ("ri16_be", ">i2", 1), ("ru8", "u1", 1)),
]


@pytest.mark.parametrize(("name", "stored", "channels"), TYPES)
def test_annotations_of_sigmf_pairs_and_archives_become_windows(tmp_path, name, stored, channels):
    written = labelled_sigmf(tmp_path, stored, name, channels)
    recordings = build(tmp_path, length=50, holdout=0.5)
    middle = 127.5 if stored == "u1" else 0
    windows = [cut(samples, (10, 60, 110, 160, 250, 300), 50) for samples in written]
    expected = (np.concatenate(windows).astype(np.float64) - middle).astype(np.float32)
    both = np.concatenate([signals(recordings.train), signals(recordings.test)])
    assert sorted(map(bytes, both)) == sorted(map(bytes, expected))
    assert recordings.class_names == ("a", "b")
    assert recordings.sample_rate_hz == 1e6


@pytest.mark.parametrize(
    ("settings", "classes", "number"),
    [
        ({"label_field": "global.core:hw"}, ("4", "5"), 16),
        ({"label_field": "core.hw"}, ("4", "5"), 16),
        ({"label_field": "captures.core:frequency"}, ("100.0", "200.0"), 16),
        ({"label_field": "genesys:transmitter.model"}, ("X0", "X1"), 4),
        ({"label_field": "annotations.genesys.transmitter.model"}, ("X0", "X1"), 4),
        ({"label_field": "genesys:transmitter.model", "windows": "whole"}, None, 0),
        ({"pattern": "{label}{number:d}"}, ("q", "r"), 16),
        ({"pattern": "{label}{number:d}", "windows": "annotations"}, ("q", "r"), 4),
        ({"pattern": "{label}{number:d}", "short": "pad", "windows": "annotations", "length": 150}, ("q", "r"), 4),
    ],
)
def test_labels_come_from_any_field_or_from_the_name(tmp_path, settings, classes, number):
    for index, name in enumerate(("q0", "r1", "q2", "r3")):
        content = metadata("cf32_le", [(50, 120)], [{"core:frequency": 100.0 * (index % 2 + 1)}])
        content["global"]["core:hw"] = 4 + index % 2
        content["annotations"][0]["genesys:transmitter"] = {"model": f"X{index % 2}"}
        sigmf(tmp_path / name, noise(index), content)
    settings = {"length": 100, "holdout": 0.5, **settings}
    if classes is None:
        assert "no label: no annotation, capture or global field" in refusal(tmp_path, **settings)
        return
    recordings = build(tmp_path, **settings)
    assert recordings.class_names == classes
    assert len(recordings.train.labels) + len(recordings.test.labels) == number


def test_published_metadata_below_another_key_and_with_a_wrong_precision_are_read(tmp_path):
    for index, emitter in enumerate(EMITTERS[:2] * 2):
        content = metadata("cf32", [(0, COUNT)], **{"core:sha512": "0" * 128})
        content["annotations"][0]["genesys:transmitter"] = {"model": "Ettus USRP X310"}
        path = tmp_path / f"WiFi_air_X310_{emitter}_2ft_run{index // 2 + 1}"
        sigmf(path, noise(index, "<f8"), {"_metadata": content, "data_file": "elsewhere"})
    assert "core:sha512" in refusal(tmp_path, **ORACLE)
    settings = ORACLE | {"verify_checksums": False}
    assert "set datatype to cf64_le or cf32_le to decide (4 of 4 files" in refusal(tmp_path, **settings)
    recordings = build(tmp_path, **settings, datatype="cf64_le")
    expected = noise(1, "<f8").reshape(4, 100, 2).astype(np.float32)  # of 3123D52, which comes first
    assert np.array_equal(signals(recordings.train)[:4], expected)


def test_fields_of_metadata_become_domains(tmp_path):
    for index in range(4):
        content = metadata("cf32_le", [(0, COUNT, "ab"[index % 2])], **{"core:hw": f"B{index // 2}"})
        sigmf(tmp_path / f"r{index}", noise(index), content)
    recordings = build(tmp_path, length=200, domains={"receiver": "core:hw"}, test={"receiver": "B1"})
    assert signal_domains(recordings.notes, "train")["receiver"].tolist() == ["B0"] * 4
    assert signal_domains(recordings.notes, "test")["receiver"].tolist() == ["B1"] * 4


def test_windows_do_not_cross_captures_and_positions_count_from_the_offset(tmp_path):
    captures = [{"core:sample_start": 1000}, {"core:sample_start": 1150}]
    for index in range(4):
        content = metadata("cf32_le", [(1100, 200, "ab"[index % 2])], captures, **{"core:offset": 1000})
        sigmf(tmp_path / f"r{index}", noise(index), content)
    recordings = build(tmp_path, length=50, holdout=0.5)
    expected = np.concatenate([cut(noise(index), (100, 150, 200, 250), 50) for index in range(4)])
    both = np.concatenate([signals(recordings.train), signals(recordings.test)])
    assert sorted(map(bytes, both)) == sorted(map(bytes, expected))


def test_recordings_of_other_rates_are_resampled(tmp_path):
    for index, rate in enumerate((1e6, 2e6, 2e6, 1e6)):
        phase = 2 * np.pi * 1e5 * (1 + index % 2) * np.arange(int(4e-4 * rate)) / rate
        tone = np.stack([np.cos(phase), np.sin(phase)], 1).astype("<f4")
        content = metadata("cf32_le", [(0, len(tone), "ab"[index % 2])], **{"core:sample_rate": rate})
        sigmf(tmp_path / f"r{index}", tone, content)
    assert "recordings of 2 rates: " in refusal(tmp_path, length=100, holdout=0.5)
    recordings = build(tmp_path, length=100, holdout=0.5, sample_rate_hz=1e6)
    for part in (recordings.train, recordings.test):
        assert len(part.labels) == 8
        spectra = np.abs(np.fft.fft(signals(part) @ np.array([1, 1j])))
        assert np.array_equal(spectra.argmax(axis=1), 10 * (1 + part.labels))


def test_max_windows_spreads_few_windows_over_a_recording(wifi):
    folder, written = wifi
    recordings = build(folder, **ORACLE | {"length": 10, "max_windows": 3})
    first = next(iter(written.values()))
    assert np.array_equal(signals(recordings.train)[:3], cut(first, (0, 200, 390), 10))


def test_small_blocks_give_the_same_windows(wifi, monkeypatch):
    folder, _ = wifi
    recordings = build(folder, **ORACLE, hop=30)
    whole = signals(recordings.train)
    monkeypatch.setattr(windows, "BLOCK_SAMPLES", 250)
    assert max(map(len, recordings.train.chunks())) == 2
    assert np.array_equal(signals(recordings.train), whole)


def test_the_progress_of_a_long_conversion_is_logged(wifi, monkeypatch, caplog):
    folder, _ = wifi
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0)
    caplog.set_level(logging.INFO, "ltsei")
    signals(build(folder, **ORACLE).train)
    assert "checking recordings: 48 of 48 windows (100 %), 0 s left" in caplog.messages
    assert "writing the training part: 12 of 24 windows (50 %), 0 s left" in caplog.messages
    assert "computing checksums: 3 of 12 files (25 %), 0 s left" in caplog.messages


def truncate(path, by=3):
    path.write_bytes(path.read_bytes()[:-by])


def two(folder, **changes):
    """Write two labelled recordings as SigMF; changes replace the arguments of the first one's metadata."""
    arguments = {"datatype": "cf32_le", "annotations": [(0, 300, "a")]}
    sigmf(folder / "r0", noise(0), metadata(**arguments | changes))
    sigmf(folder / "r1", noise(1), metadata("cf32_le", [(0, 300, "b")]))


BROKEN = [
    (
        lambda f: truncate(f / "r0.sigmf-data"),
        {},
        "its 3197 bytes are not a whole number of cf32_le samples of 8 bytes",
    ),
    (lambda f: (f / "r0.sigmf-data").write_bytes(b""), {}, "holds no sample"),
    (lambda f: (f / "r0.sigmf-data").unlink(), {}, "r0.sigmf-data is not beside it"),
    (lambda f: (f / "r0.sigmf-meta").write_text("{"), {}, "not valid JSON"),
    (lambda f: (f / "r0.sigmf-meta").write_text("[]"), {}, "expected SigMF metadata"),
    (lambda f: two(f, datatype="cf16_le"), {}, "core:datatype: unknown datatype 'cf16_le'"),
    (lambda f: two(f, annotations=[(200, 201, "a")]), {}, "annotation 0 (counted from 0) has the samples 200 to 401"),
    (lambda f: two(f, annotations=[(0, 99, "a")]), {}, "99 samples from 0 on are fewer than a window of 100"),
    (lambda f: two(f, annotations=[(0, 99, "a")]), {"short": "skip"}, "no window of 100 samples in any recording of a"),
    (lambda f: two(f, annotations=[(0, 300)]), {}, "no annotation, capture or global field core:label"),
    (lambda f: two(f, annotations=[(0, 100, "a"), (0, 100)]), {}, "1 of 2 annotations have no field core:label"),
    (lambda f: two(f, captures=[{"core:sample_start": 401}]), {}, "capture 0 (counted from 0) has the samples 401"),
    (lambda f: two(f, **{"core:sha512": "0" * 128}), {}, "r0.sigmf-meta: the samples are not those that core:sha512"),
    (lambda f: two(f, **{"core:num_channels": 2}), {}, "got 2 interleaved channels"),
    (lambda f: two(f, **{"core:dataset": "x.wav"}), {}, "core:dataset is set"),
    (lambda f: two(f, **{"core:sample_rate": 0}), {}, "core:sample_rate: got 0"),
    (lambda f: two(f, datatype="rf32_le"), {}, "recordings must all be complex (I and Q) or all real"),
    (
        lambda f: archive(f / "a.sigmf", {"x": (None, metadata("cf32_le"))}),
        {},
        "holds x/x.sigmf-meta without x.sigmf-d",
    ),
    (lambda f: (f / "a.sigmf").write_bytes(b"x" * 600), {}, "cannot be read as a SigMF archive"),
    (lambda f: archive(f / "r0.sigmf", {"x": (noise(0), metadata("cf32_le", [(0, 9, "a")]))}), {}, "same recording"),
    (lambda f: noise(2).tofile(f / "c.bin"), {}, "no label: a file that is not SigMF has none inside"),
    (lambda f: sigmf(f / "r2", noise(0), metadata("cf32_le", [(0, 300, "b")])), {}, "r2.sigmf-data is a copy of"),
    (lambda f: None, {"label_field": "core:generator"}, "(2 of 2 files have this mistake)"),
    (lambda f: None, {"label_field": "x", "pattern": "{label}"}, "but the pattern has {label}"),
    (
        lambda f: None,
        {"holdout": None},
        "set either test (values of a domain, such as {run: 2}), holdout (a",
    ),
    (lambda f: None, {}, "holdout 0.5 leaves the test part empty, since no recording can be spared"),
    (lambda f: None, {"pattern": "s{run}"}, "does not match the pattern s{run}"),
    (lambda f: None, {"sample_rate_hz": 1.234567e6}, "which has no ratio of whole numbers up to 10000"),
]


@pytest.mark.parametrize(("damage", "settings", "clause"), BROKEN)
def test_recordings_that_cannot_be_used_are_refused_with_a_reason(tmp_path, damage, settings, clause):
    two(tmp_path)
    damage(tmp_path)
    assert clause in refusal(tmp_path, **{"length": 100, "holdout": 0.5, **settings})


BROKEN_FILES = [
    ("x_1.bin", b"0" * 8, "the suffix .bin does not say what the samples are: set datatype"),
    ("x_1.cs16", b"0" * 10, "its 10 bytes are not a whole number of ci16_le samples of 4 bytes"),
    ("x_1.wav", b"RIFF", "cannot be read as WAV"),
    ("x_y_1.cu8", b"0" * 8, "matches it in two ways, label=x, run=y_1 or label=x_y, run=1"),
]


@pytest.mark.parametrize(("name", "content", "clause"), BROKEN_FILES)
def test_raw_files_that_cannot_be_used_are_refused_with_a_reason(tmp_path, name, content, clause):
    (tmp_path / name).write_bytes(content)
    assert clause in refusal(tmp_path, length=4, pattern="{label}_{run}", test={"run": 1})


def test_a_truncated_wav_file_is_refused(tmp_path):
    wavfile.write(tmp_path / "a_1.wav", 48000, noise(0, "<i2"))
    truncate(tmp_path / "a_1.wav", by=40)
    assert "copy it again if it is truncated" in refusal(tmp_path, length=4, pattern="{label}_{run}", test={"run": 1})


@pytest.mark.parametrize(
    ("test", "clause"),
    [
        ({"run": 3}, "test.run: unknown value '3', allowed: 1, 2"),
        ({"rnu": 2}, "test.rnu: unknown domain 'rnu' (did you mean 'run'?)"),
        ({"run": [1, 2]}, "test and val leave no recording for training"),
    ],
)
def test_a_test_part_that_no_domain_gives_is_refused(wifi, test, clause):
    assert clause in refusal(wifi[0], **ORACLE | {"test": test})


def test_windows_that_cannot_be_used_are_named_or_left_out(wifi):
    folder, written = wifi
    path, samples = next(iter(written.items()))
    samples[150:160], samples[200:300] = np.nan, 7
    samples.tofile(path)
    message = refusal(folder, **ORACLE)
    problem = "hold NaN, infinity or implausibly large values (a wrong datatype has that effect)"
    assert f"1 of 48 windows {problem}, the first is the window of samples 100 to 200 of {path}; " in message
    assert "1 of 48 windows are constant: all their samples are equal, for example zero, the first is" in message
    recordings = build(folder, **ORACLE, drop_invalid=True)
    assert recordings.notes["invalid_signals"] == [2]
    chosen = recordings.groups == 0
    assert np.array_equal(signals(recordings.train)[chosen], cut(samples, (0, 300), 100))


def test_classes_that_only_the_test_part_has_are_refused_or_left_out(tmp_path):
    written = oracle(tmp_path)
    for path in [path for path in written if EMITTERS[2] in path.name and "run1" in path.name]:
        path.unlink()
    assert f"the test part has signals of classes that training lacks: {EMITTERS[2]}" in refusal(tmp_path, **ORACLE)
    recordings = build(tmp_path, **ORACLE, drop_unknown=True)
    assert recordings.class_names == EMITTERS[:2]
    assert recordings.notes["dropped_signals"] == [8]
