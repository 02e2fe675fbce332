"""The report of `ltsei inspect` on long recordings, and the lines that it proposes."""

from itertools import product

import pytest
import yaml
from recorded import labelled_sigmf, noise, oracle

from ltsei.cli import inspect_trial
from ltsei.cli.inspect import describe
from ltsei.cli.inspect_layouts import by_number
from ltsei.cli.main import main
from ltsei.core.context import build_component


def source_of(report):
    (entry,) = yaml.safe_load(report[report.index("For `datasets`") :].split("\n", 1)[1]).values()
    return entry["source"]


def test_a_folder_is_explained_and_the_proposed_lines_can_be_built(tmp_path):
    oracle(tmp_path)
    report = describe(tmp_path, sample_rate_hz=5e6)
    assert "Files: 12 .cf32, 0.0384 MB.\n" in report
    assert "cf32_le   400      8e-05 s   1         3123D52  2   1\n" in report
    assert "Recordings: 12, cf32_le, rate 5000000 Hz, 400 to 400 samples, 12 labelled segments.\n" in report
    assert "Labels, 3: 3123D52 (4), 3123D7B (4), 3123EFE (4).\nDomain ft, 2: 2 (6), 8 (6).\n" in report
    assert "The pattern WiFi_air_X310_{label:w}_{ft:d}ft_run{run:d} is guessed from the names;" in report
    source = source_of(report)
    assert source == {
        "name": "recordings",
        "files": str(tmp_path),
        "pattern": "WiFi_air_X310_{label:w}_{ft:d}ft_run{run:d}",
        "sample_rate_hz": 5e6,
        "length": 400,
        "test": {"run": ["2"]},
    }
    assert len(build_component("sources", source, None).test.labels) == 6


def test_a_fold_that_is_given_stands_and_the_last_of_ten_runs_is_the_tenth(tmp_path):
    for seed, (label, run) in enumerate(product("ab", range(1, 11))):
        noise(seed, "<f4").tofile(tmp_path / f"{label}_run{run}.cf32")
    given = {"pattern": "{label}_run{run:d}", "sample_rate_hz": 1e6, "length": 50}
    assert source_of(describe(tmp_path, **given))["test"] == {"run": ["10"]}
    folded = source_of(describe(tmp_path, **given, fold={"test": 1, "of": 5}))
    assert folded["fold"] == {"test": 1, "of": 5}
    assert not {"test", "holdout"} & set(folded)


def test_annotated_recordings_need_no_pattern(tmp_path):
    labelled_sigmf(tmp_path)
    report = describe(tmp_path)
    assert "Files: 2 .sigmf-meta, 2 .sigmf, " in report
    assert "r3.sigmf-meta  cf32_le   400      0.0004 s  2         b\n" in report
    assert source_of(report) == {"name": "recordings", "files": str(tmp_path), "length": 100, "holdout": 0.3}


def test_settings_that_the_recordings_need_are_proposed(tmp_path):
    for path, samples in oracle(tmp_path).items():
        samples[:100] = 0
        samples.tofile(path)
    report = describe(f"{tmp_path}/*", length=100)
    assert "Constant signals, and signals with NaN" in report
    assert source_of(report)["drop_invalid"] is True


@pytest.mark.parametrize(
    ("settings", "clause"),
    [
        ({}, "the suffix .bin does not say what the samples are: set datatype"),
        ({"datatype": "cu8", "pattern": "{label}_{run}"}, "matches it in two ways"),
        ({"datatype": "cu8", "length": 500}, "400 samples from 0 on are fewer than a window of 500"),
    ],
)
def test_no_yaml_lines_are_shown_that_the_source_would_refuse(tmp_path, settings, clause):
    oracle(tmp_path, ".bin", "u1")
    report = describe(tmp_path, **settings)
    assert "Not usable as it is: " in report
    assert clause in report
    assert "For `datasets`" not in report


def test_lines_for_recordings_too_large_to_be_read_twice_are_not_tried_out(tmp_path, monkeypatch):
    labelled_sigmf(tmp_path)
    monkeypatch.setattr(inspect_trial, "TRIAL_BYTES", 100)
    assert "have not been tried out" in describe(tmp_path)


def test_a_pattern_is_typed_as_it_is_and_files_that_a_shell_expands_are_explained(tmp_path, capsys):
    for seed, name in enumerate(("a_1", "a_2", "b_1", "b_2")):
        noise(seed).tofile(tmp_path / f"{name}.cf32")
    assert main(["inspect", str(tmp_path), "pattern={label}_{take:d}"]) == 0
    assert source_of(capsys.readouterr().out)["test"] == {"take": ["2"]}
    assert main(["inspect", f"{tmp_path}/a_1.cf32", f"{tmp_path}/a_2.cf32"]) == 2
    assert "expected KEY=VALUE; a pattern of files needs quotes in a shell" in capsys.readouterr().err


def test_numbers_are_sorted_by_their_value_whatever_their_padding():
    assert sorted(["10", "b", "007", "9", ""], key=by_number) == ["", "b", "007", "9", "10"]
