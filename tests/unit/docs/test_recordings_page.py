"""The page on long recordings shows what really happens."""

import itertools
import re

import numpy as np
import pytest
import yaml
from conftest import REPOSITORY, SCRIPTS
from recorded import metadata, noise, oracle_sigmf, sigmf
from scipy.io import wavfile
from transmitted import frame, recording, write

from ltsei.cli.main import main
from ltsei.core import registry
from ltsei.core.context import build_component
from ltsei.data.domain_split import left_out
from ltsei.data.domains import signal_domains
from ltsei.pipeline.data_survey import survey
from ltsei.pipeline.load import load_matrix

PAGE = (REPOSITORY / "docs" / "recordings.md").read_text(encoding="utf-8")
EXAMPLES = [yaml.safe_load(block)["datasets"] for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
DATASETS = {name: dataset for example in EXAMPLES for name, dataset in example.items()}
SOURCES = {name: dataset["source"] for name, dataset in DATASETS.items() if "source" in dataset}


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    """The files of the page, in the working directory."""
    monkeypatch.chdir(tmp_path)
    for name in ("oracle", "modes", "satellites", "bursts", "radios", "aircraft"):
        (tmp_path / "data" / name).mkdir(parents=True)
    return tmp_path / "data"


def test_the_transcript_is_what_inspect_prints(data, capsys):
    oracle_sigmf(data / "oracle")
    pattern = "pattern=WiFi_air_X310_{label}_{distance}ft_run{run}"
    (command, transcript), *_ = re.findall(r"\$ ltsei (inspect data/oracle .*?)\n(.*?)```", PAGE, re.DOTALL)
    assert main(command.replace("'", "").split()) == 0
    assert transcript == capsys.readouterr().out
    assert main(["inspect", "data/oracle", pattern]) == 1
    clause = "core:datatype cf32_le gives 8000 samples, but the annotations end at sample 4000, where cf64_le would end"
    assert clause in capsys.readouterr().out
    assert clause in PAGE.replace("\n", " ")


def files_of_the_examples(data):
    oracle_sigmf(data / "oracle")
    for take in range(1, 4):
        noise(take, "u1", count=5000).tofile(data / "modes" / f"rtl_{take}.bin")
        noise(take, "<i2", count=6000).tofile(data / "modes" / f"sdr_{take}.iq")
        for label in "ab":
            samples = noise(take + ord(label), "<i2", 1, 4600 + 100 * take)
            wavfile.write(data / "satellites" / f"{label}_{take}.wav", 48000, samples.squeeze())
    for label, day, take in itertools.product("ab", range(1, 5), (1, 2)):
        noise(100 * ord(label) + 10 * day + take, "<f4", count=2100).tofile(
            data / "radios" / f"{label}_day{day}_take{take}.cf32"
        )
    for index, (suffix, rate_hz) in enumerate({"bin": 2e6, "iq": 2.4e6}.items()):
        made, _ = recording([frame(17, address, index) for address in (0x4D2023, 0xA4BA02)] * 2, rate_hz)
        write(data / "aircraft" / f"{index}.{suffix}", made, "cu8" if suffix == "bin" else "ci16_le")
    for index in range(4):
        content = metadata("ci16_le", [(0, 900, "ab"[index % 2]), (10, 20)], **{"core:hw": f"B{index // 2 + 1}"})
        content["global"]["core:sample_rate"] = 2e6 - 1e6 * (index == 0)
        sigmf(data / "bursts" / f"r{index}", noise(index, "<i2", count=1000), content)


def test_every_example_gives_the_parts_that_the_page_describes(data):
    files_of_the_examples(data)
    SOURCES["bursts"]["files"] = ["data/bursts"]
    built = {name: build_component("sources", source, None) for name, source in SOURCES.items()}
    sizes = {name: (len(each.train.labels), len(each.test.labels)) for name, each in built.items()}
    assert sizes == {
        "oracle": (36, 36),
        "modes": (16, 8),
        "satellites": (2, 2),
        "bursts": (3 + 1, 1 + 1),
        "radios": (16, 16),
        "aircraft": (6, 2),
    }
    assert {name: each.train.signal_shape[1] for name, each in built.items()}["satellites"] == 1
    assert built["modes"].sample_rate_hz == 2e6
    assert np.unique(signal_domains(built["oracle"].notes, "test")["run"]).tolist() == ["2"]


def test_the_data_sets_that_leave_days_out_are_those_of_the_page(data, experiments):
    files_of_the_examples(data)
    datasets = {name: DATASETS[name] for name in ("radios", "later", "unknown")}
    blocks = {"main": experiments["experiments"]["main"] | {"datasets": [*datasets], "imbalance_ratios": ["natural"]}}
    matrix = load_matrix(experiments | {"datasets": datasets, "experiments": blocks}, SCRIPTS)
    assert matrix.datasets() == ["radios", "later", *(f"unknown_{day}" for day in range(1, 5))]
    assert [each.problems for each in survey(matrix)] == [()] * 6
    notes = build_component("sources", SOURCES["radios"], None).notes
    days = signal_domains(notes, "train")["day"]
    assert set(days[~left_out(notes, matrix.dataset("later").split.leave_out)]) == {"1", "2"}


def test_every_setting_of_the_tables_exists():
    named = set(re.findall(r"`(\w+): ", PAGE)) - {"split", "pass"}
    assert len(named) > 8
    sources = ("recordings", "mode_s_messages")
    assert named <= {parameter for source in sources for parameter in registry.parameters("sources", source)}
