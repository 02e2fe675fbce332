"""The source `mode_s_messages` on synthetic and on real recordings."""

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml
from transmitted import frame, recording, write

from ltsei.cli.inspect import describe
from ltsei.components.sources import mode_s_messages
from ltsei.core.context import build_component
from ltsei.core.errors import InputError
from ltsei.data.domains import signal_domains

FOLDER = os.environ.get("LTSEI_DATA")
AIRCRAFT = (0x4D2023, 0xA4BA02, 0xAD9293)
KINDS = (17, 11, 4, 20)
RATES = {"bin": 2e6, "iq": 2.4e6}
RAW = {"datatype": {"bin": "cu8", "iq": "ci16_le"}, "recorded_rate_hz": RATES}


def build(files, **settings):
    return build_component("sources", {"name": "mode_s_messages", "files": str(files), **settings}, None)


def signals(part):
    return np.concatenate(list(part.chunks()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three recordings, in each of which every aircraft sends a frame of each kind; one more sends a single frame."""
    folder = tmp_path_factory.mktemp("recordings")
    for index, suffix in enumerate(("bin", "iq", "iq")):
        sent = [frame(kind, address, seed + 100 * index) for seed, kind in enumerate(KINDS) for address in AIRCRAFT]
        sent += [frame(17, 0xABCDEF)] * (index == 0)
        made, _ = recording(sent, RATES[suffix], seed=index)
        write(folder / f"rooftop_{index}.{suffix}", made, "cu8" if suffix == "bin" else "ci16_le")
    return folder


def test_messages_are_windows_labelled_with_the_address(folder):
    made = build(folder / "rooftop_1.iq", **RAW, lead=5)
    assert made.class_names == ("4D2023", "A4BA02", "AD9293")
    assert made.sample_rate_hz == 2.4e6
    assert made.train.signal_shape == (288 + 5, 2)
    assert [len(made.train.labels), len(made.test.labels)] == [9, 3]
    stored = np.fromfile(folder / "rooftop_1.iq", "<i2").reshape(-1, 2)
    window = signals(made.train)[0]
    (start,) = [at for at in range(len(stored) - 293) if np.array_equal(stored[at : at + 293], window)]
    level = np.hypot(*window.T)
    assert level[:4].max() < 500 < level[5:7].max()
    assert f"samples {start} to {start + 293} of" in made.train.origin(0)


def test_the_last_messages_of_each_aircraft_are_held_out(folder):
    made = build(folder, **RAW, sample_rate_hz=2.4e6)
    domains = [signal_domains(made.notes, part) for part in ("train", "test")]
    assert Counter(domains[1]["file"]) == {str(folder / "rooftop_2.iq"): 12}
    assert Counter(domains[0]["format"]) == {"DF17": 6, "DF11": 6, "DF4": 6, "DF20": 6}
    assert made.notes["messages"]["left_out"] == {"of rare addresses": 1}
    assert made.notes["messages"]["emitters"]["4D2023"] == {"DF11": 3, "DF17": 3, "DF20": 3, "DF4": 3}
    assert made.groups is None
    assert "ABCDEF" in build(folder, **RAW, sample_rate_hz=2.4e6, min_messages=1).class_names


def test_whole_recordings_are_held_out_by_file(folder):
    made = build(folder, **RAW, sample_rate_hz=2e6, holdout_by="file", pattern="{site}_{day:d}")
    tested = set(signal_domains(made.notes, "test")["day"].tolist())
    assert len(tested) == 1
    assert tested.isdisjoint(signal_domains(made.notes, "train")["day"].tolist())
    assert np.bincount(made.groups, minlength=3).tolist().count(12) == 2


@pytest.mark.parametrize(
    "choice", [{"test": {"day": 2}}, {"test": {"day": "2", "site": ["rooftop"]}}, {"fold": {"test": 3, "of": 3}}]
)
def test_another_recording_is_the_test_part(folder, choice):
    made = build(folder, **RAW, sample_rate_hz=2.4e6, pattern="{site}_{day:d}", **choice)
    tested, trained = (signal_domains(made.notes, part) for part in ("test", "train"))
    assert set(tested["file"]).isdisjoint(trained["file"])
    assert len(set(tested["day"])) == 1
    assert [len(made.test.labels), len(made.train.labels), len(made.groups)] == [12, 24, 24]
    if "test" in choice:
        assert set(tested["day"]) == {"2"}
        assert made.notes["holdout"]["recordings"] == 1
    assert mode_s_messages.domain_names(pattern="{site}_{day:d}") == ["file", "format", "site", "day"]


def test_formats_and_numbers_can_be_limited(folder):
    made = build(folder, **RAW, sample_rate_hz=2.4e6, formats=[17, 4], max_messages=4, holdout=0.5)
    assert {**Counter(signal_domains(made.notes, "train")["format"])}.keys() <= {"DF17", "DF4"}
    assert [len(made.train.labels), len(made.test.labels)] == [6, 6]
    assert made.notes["messages"]["left_out"] == {
        "of other formats": 18,
        "of rare addresses": 1,
        "above max_messages": 6,
    }


def test_masked_fields_are_zero_and_nothing_else(folder):
    options = {**RAW, "formats": [11, 17], "length": 288}
    plain, hidden = (build(folder / "rooftop_1.iq", **options, mask=mask) for mask in ([], ["aa", "pi"]))
    kinds = signal_domains(plain.notes, "train")["format"]
    before, after = signals(plain.train), signals(hidden.train)
    for kind, fields in (("DF11", [(16, 64)]), ("DF17", [(16, 40), (96, 120)])):
        times = np.arange(288) / 2.4
        inside = np.any([(times > first + 0.2) & (times < last - 0.2) for first, last in fields], axis=0)
        near = np.any([(times > first - 1.4) & (times < last + 1.4) for first, last in fields], axis=0)
        assert not after[kinds == kind][:, inside].any()
        assert np.array_equal(after[kinds == kind][:, ~near], before[kinds == kind][:, ~near])


@pytest.mark.parametrize(
    ("settings", "clause"),
    [
        ({"datatype": "ci16_le"}, "its rate is unknown; set recorded_rate_hz"),
        (
            {**RAW, "sample_rate_hz": 2e6, "test": {"file": "x"}, "fold": {"test": 1, "of": 2}},
            "test and fold both say which recordings are for",
        ),
        ({**RAW, "sample_rate_hz": 2e6, "test": {"file": "x"}}, "test.file: unknown value 'x'"),
        ({**RAW, "sample_rate_hz": 2e6, "test": {"site": "x"}}, "the fields of `pattern` are domains, too"),
        ({**RAW, "sample_rate_hz": 2e6, "formats": [21]}, "no whole message of [21]; there are"),
        ({**RAW, "formats": [17, 24]}, "formats: unknown downlink format '24'"),
        ({"datatype": "ci16_le", "recorded_rate_hz": 1e6}, "a rate of 1000000 Hz is too low"),
        ({"datatype": "ci16_le", "recorded_rate_hz": 5e6}, "no message without bit errors"),
        ({**RAW, "sample_rate_hz": 2e6, "test": {"site": 1}}, "test.site: unknown domain 'site'"),
        ({**RAW, "sample_rate_hz": 2e6, "fold": {"test": 1, "of": 2}}, "2 folds need at least as many groups, got 1"),
        ({**RAW, "min_messages": 9}, "no address has 9 messages; lower min_messages"),
        ({}, "the suffix .iq does not say what the samples are"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(folder, settings, clause):
    with pytest.raises(InputError) as refused:
        build(folder / "rooftop_1.iq", **settings)
    assert clause in str(refused.value)
    assert "\n" not in str(refused.value)


def test_inspect_finds_out_how_messages_are_stored(folder):
    report = describe(folder)
    assert "Mode S: 37 messages without bit errors from 4 transponders (DF4 9, DF11 9, DF17 10, DF20 9).\n" in report
    assert "  4D2023   12        DF4 3, DF11 3, DF17 3, DF20 3\n" in report
    (entry,) = yaml.safe_load(report[report.index("For `datasets`") :].split("\n", 1)[1]).values()
    assert entry["source"] == {"name": "mode_s_messages", "files": str(folder), **RAW, "sample_rate_hz": 2e6}
    assert len(build_component("sources", entry["source"], None).class_names) == 3


def test_real_recordings_hold_at_least_the_known_messages():
    if FOLDER is None:
        pytest.skip("LTSEI_DATA does not name a folder of real recordings")
    made = build(Path(FOLDER) / "modes", **RAW, order={"iq": "QI"}, sample_rate_hz=2e6, min_messages=1, holdout=0.1)
    numbers = Counter(made.notes["messages"]["emitters"]["4D2023"])
    known = {("DF17",): 156, ("DF11",): 82, ("DF0",): 10, ("DF4", "DF5"): 14, ("DF20", "DF21"): 19}
    assert all(sum(numbers[kind] for kind in kinds) >= number for kinds, number in known.items())
    assert len(made.class_names) == 10
