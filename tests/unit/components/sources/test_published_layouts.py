"""The source `files` on the layouts of public sets, and what `ltsei inspect` proposes for them."""

import pickle

import numpy as np
import pytest
import yaml
from published import DATES, TRANSMITTERS, arff, csv_file, days, lora, radioml_2016, radioml_2018, ts, ucr, wisig

from ltsei.cli.inspect import describe
from ltsei.core.context import build_component
from ltsei.core.errors import InputError
from ltsei.data.domains import signal_domains
from ltsei.data.readers.formats.plain_pickle import STAND_INS

WISIG = {
    "domains": ["receiver", "date", "equalized"],
    "only": {"equalized": 0},
    "test_values": {"date": DATES[1]},
}


def build(path, **settings):
    return build_component("sources", {"name": "files", "train": str(path), **settings}, None)


def signals(part):
    return np.concatenate(list(part.chunks()))


def refusal(path, **settings):
    with pytest.raises(InputError) as refused:
        build(path, **settings)
    return str(refused.value).removeprefix("sources/files: ")


def proposal(path, **settings):
    report = describe(path, **settings)
    (entry,) = yaml.safe_load(report[report.index("For `datasets`") :].split("\n", 1)[1]).values()
    return report, entry["source"]


def test_a_receiver_and_a_day_of_wisig_can_be_chosen(tmp_path):
    cells = wisig(tmp_path / "ManySig.pkl")
    made = build(
        tmp_path / "ManySig.pkl",
        only={"equalized": 0, "receiver": "8-20"},
        test_values={"date": DATES[1]},
        domains=["receiver", "date"],
    )
    assert made.class_names == tuple(sorted(TRANSMITTERS))
    assert made.train.signal_shape == (256, 2)
    for day, (name, part) in enumerate((("train", made.train), ("test", made.test))):
        assert np.array_equal(signals(part), np.concatenate([cells[t][1][day][0] for t in range(3)]).astype("f4"))
        assert set(signal_domains(made.notes, name)["date"]) == {DATES[day]}
    assert made.notes["unwanted_signals"] == [36 - 9 + 36 - 9]
    assert made.notes["dropped_signals"] == [0]


def test_classes_that_only_the_test_part_has_are_refused_or_dropped(tmp_path):
    days(tmp_path / "days.h5", numbers=(2, 2, 4))
    options = {"x_key": "Outdoor/{day}/X", "domains": ["day"], "group_key": "day", "test_values": {"day": [1, 2]}}
    assert build(tmp_path / "days.h5", **options).groups.tolist() == [0] * 4
    radioml_2016(tmp_path / "r.pkl")
    options = {"y_key": "snr", "test_values": {"Y": "8PSK", "snr": [0, 18]}}
    assert len(build(tmp_path / "r.pkl", **options).test.labels) == 10
    options = {"y_key": "snr", "test_values": {"snr": 18}}
    assert "test_values takes all signals of 18: select fewer values, or set drop_unknown" in refusal(
        tmp_path / "r.pkl", **options
    )
    assert "unknown value '7'" in refusal(tmp_path / "r.pkl", test_values={"snr": 7})
    assert "unknown key 'sn'" in refusal(tmp_path / "r.pkl", only={"sn": 7}, holdout=0.5)


class Trap:
    def __reduce__(self):
        return pytest.fail, ("unpickled",)


@pytest.mark.parametrize("value", [Trap(), {"X": [Trap()]}, {"X": np.array([Trap()], dtype=object)}, slice(3)])
def test_a_pickle_that_asks_for_more_than_arrays_is_refused_in_one_sentence(tmp_path, value):
    (tmp_path / "x.pkl").write_bytes(pickle.dumps(value))
    message = refusal(tmp_path / "x.pkl")
    name = "builtins.slice" if isinstance(value, slice) else "_pytest.outcomes"
    assert f"refused: this pickle asks for {name}" in message
    assert "\n" not in message


@pytest.mark.parametrize("protocol", [0, 2, 5])
def test_plain_arrays_in_a_pickle_are_read(tmp_path, protocol):
    value = {
        "X": np.asfortranarray(np.arange(24.0).reshape(4, 3, 2)).astype(">f4"),
        "y": np.array(["a", "b"] * 2),
        "meta": {"fs": np.float64(2.5e6)},
        "ragged": np.array([np.zeros(2), [1]], dtype=object),
        "text": b"b",
    }
    (tmp_path / "x.pkl").write_bytes(pickle.dumps(value, protocol=protocol))
    made = build(tmp_path / "x.pkl", holdout=0.5)
    assert np.array_equal(np.sort(np.concatenate([signals(made.train), signals(made.test)]), axis=0), value["X"])
    assert made.class_names == ("a", "b")


class Crafted:
    """Stands for an array whose shape does not fit its bytes."""

    def __reduce__(self):
        return (
            np._core.multiarray._reconstruct,
            (np.ndarray, (0,), b"b"),
            (1, (10**9,), np.dtype("f8"), False, b"12345678"),
        )


def test_an_array_of_more_than_its_bytes_is_refused(tmp_path):
    (tmp_path / "x.pkl").write_bytes(pickle.dumps({"X": Crafted()}))
    assert "an array of shape (1000000000,) that is not its 8 bytes" in refusal(tmp_path / "x.pkl")
    (tmp_path / "x.pkl").write_bytes(pickle.dumps(np.zeros(3, dtype=[("a", "f8")])))
    assert "refused: this pickle asks for an array of" in refusal(tmp_path / "x.pkl")


@pytest.mark.parametrize("name", STAND_INS)
def test_a_pickle_cannot_change_what_it_may_name(tmp_path, name):
    place, _, function = name.rpartition(".")
    module = place if place in ("numpy", "_codecs", "collections", "__builtin__", "builtins") else f"numpy.core.{place}"
    state = b"N}X\x05\x00\x00\x00addedK\x01s\x86b."  # (None, {"added": 1}), then BUILD
    (tmp_path / "x.pkl").write_bytes(f"\x80\x02c{module}\n{function}\n".encode("latin1") + state)
    assert "x.pkl: cannot be read" in refusal(tmp_path / "x.pkl")
    assert not hasattr(STAND_INS[name], "added")


def test_a_damaged_pickle_is_an_error_that_names_the_file(tmp_path):
    wisig(tmp_path / "x.pkl")
    (tmp_path / "x.pkl").write_bytes((tmp_path / "x.pkl").read_bytes()[:-1000])
    assert "x.pkl: cannot be read as .pkl" in refusal(tmp_path / "x.pkl")


def test_radioml_keeps_the_ratio_of_signal_to_noise(tmp_path):
    value = radioml_2016(tmp_path / "RML2016.10a_dict.pkl")
    radioml_2018(tmp_path / "GOLD.hdf5")
    made = build(tmp_path / "RML2016.10a_dict.pkl", test_values={"snr": [18]}, domains=["snr"])
    assert made.class_names == ("8PSK", "BPSK")
    expected = np.concatenate([value[name, 18].swapaxes(1, 2) for name in ("8PSK", "BPSK")])
    assert np.array_equal(signals(made.test), expected)
    made = build(tmp_path / "GOLD.hdf5", holdout=0.25, domains=["Z"])
    assert made.train.signal_shape == (1024, 2)
    assert sorted(set(signal_domains(made.notes, "train")["Z"])) == ["-20", "0", "30"]


def test_days_that_are_groups_of_one_file_become_a_domain(tmp_path):
    days(tmp_path / "days.h5")
    settings = {"x_key": "Outdoor/{day}/X", "domains": ["day"], "test_values": {"day": 3}}
    made = build(tmp_path / "days.h5", **settings)
    assert [len(made.train.labels), len(made.test.labels)] == [12, 4]
    assert signal_domains(made.notes, "train")["day"].tolist() == ["1"] * 6 + ["2"] * 6
    import h5py

    with h5py.File(tmp_path / "days.h5") as file:
        assert np.array_equal(signals(made.train)[6:], file["Outdoor/2/X"][:, 0])
    assert "x_key: no key matches Indoor/{day}/X" in refusal(tmp_path / "days.h5", x_key="Indoor/{day}/X", holdout=0.5)
    settings["y_key"] = "Outdoor/{day}/Z"
    assert "no labels Outdoor/{day}/Z beside Outdoor/1/X" in refusal(tmp_path / "days.h5", **settings)


def test_labels_and_days_may_be_tables_of_one_column(tmp_path):
    np.save(tmp_path / "X.npy", np.random.default_rng(0).normal(size=(6, 20, 2)))
    (tmp_path / "y.csv").write_text("label\n3\n3\n3\n5\n5\n5\n")
    (tmp_path / "day.csv").write_text("mon\ntue\nwed\nmon\ntue\nwed\n")
    settings = {"train_labels": str(tmp_path / "y.csv"), "group_key": str(tmp_path / "day.csv"), "holdout": 0.3}
    made = build(tmp_path / "X.npy", **settings)
    assert made.class_names == ("3", "5")
    assert made.notes["groups"]["number"] == 2


@pytest.mark.parametrize(("name", "separator"), [("A_TRAIN.tsv", "\t"), ("A_TRAIN.txt", "  "), ("A_TRAIN.txt", ",")])
def test_a_file_of_the_ucr_archive_begins_with_the_label(tmp_path, name, separator):
    written, _ = ucr(tmp_path / name, separator)
    ucr(tmp_path / name.replace("TRAIN", "TEST"), separator)
    made = build(tmp_path / name, test=str(tmp_path / name.replace("TRAIN", "TEST")), allow_duplicates=True)
    assert made.class_names == ("1", "2")
    assert np.array_equal(signals(made.train)[..., 0], written.astype("f4"))


def test_series_of_sktime_and_weka_are_read(tmp_path):
    for channels in (1, 2):
        written = ts(tmp_path / "a.ts", channels)
        made = build(tmp_path / "a.ts", holdout=0.25)
        assert made.class_names == ("class1", "class2")
        assert made.train.signal_shape == (30, channels)
        assert signals(made.train)[0].tolist() in written.astype("f4").tolist()
    ts(tmp_path / "many.ts", 5)
    assert "set layout to one of" in refusal(tmp_path / "many.ts", holdout=0.25)
    assert build(tmp_path / "many.ts", holdout=0.25, layout="NLC").train.signal_shape == (30, 5)
    written = arff(tmp_path / "a.arff")
    made = build(tmp_path / "a.arff", holdout=0.25)
    assert made.class_names == ("1", "2")
    assert signals(made.train)[0, :, 0].tolist() in written.astype("f4").tolist()


def test_columns_of_a_table_are_signals_labels_and_domains(tmp_path):
    written = csv_file(tmp_path / "a.csv", [f"x{index}" for index in range(30)], [("day", ["mon", "tue"] * 4)])
    made = build(tmp_path / "a.csv", layout="NL", holdout=0.25, domains=["day"])
    assert made.train.signal_shape == (30, 1)
    assert signals(made.train)[0, :, 0].tolist() in written.astype("f4").tolist()
    assert set(signal_domains(made.notes, "train")["day"]) == {"mon", "tue"}
    csv_file(tmp_path / "iq.csv", [f"{part}_{index}" for part in "IQ" for index in range(15)])
    assert build(tmp_path / "iq.csv", holdout=0.25).train.signal_shape == (15, 2)
    csv_file(tmp_path / "bare.csv")
    assert build(tmp_path / "bare.csv", layout="concatenated", holdout=0.25).train.signal_shape == (15, 2)


@pytest.mark.parametrize(
    ("name", "text", "clause"),
    [
        ("a.csv", "1,0.5,0.25\n2,0.5\n", "got 2 to 3 columns; cut or pad"),
        ("a.csv", "1,0.5,3\n2,0.5,4\n", "got both: add a header"),
        ("a.csv", "label,x0,x1\n1,0.5,a\n2,0.5,4\n", "a signal holds what is not a number"),
        ("a.ts", "@data\n1,2:a\n", "has no class labels; expected a line"),
        ("a.ts", "1,2:a\n", "it has no line @data"),
        ("a.ts", "@timeStamps true\n@data\n", "series with time stamps are not read"),
        ("a.ts", "@classLabel true a b\n@data\n1,2:a\n1,2,3:b\n", "got lengths 2, 3; cut or pad"),
        (
            "a.arff",
            "@relation r\n@attribute b relational\n@attribute x numeric\n@end b\n@data\n",
            "cannot be read as .arff",
        ),
        ("a.txt", "hello there\n", "cannot be read as .txt"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(tmp_path, name, text, clause):
    (tmp_path / name).write_text(text)
    message = refusal(tmp_path / name, holdout=0.5)
    assert clause in message
    assert "Traceback" not in message


@pytest.mark.parametrize(
    ("name", "write", "settings"),
    [
        ("w.pkl", wisig, WISIG),
        ("days.h5", days, {"x_key": "Outdoor/{group}/X", "domains": ["group"], "test_values": {"group": "3"}}),
        ("lora.h5", lora, {"layout": "concatenated", "holdout": 0.3}),
        ("gold.hdf5", radioml_2018, {"domains": ["Z"], "holdout": 0.3}),
        ("bare.csv", csv_file, {"layout": "NL", "holdout": 0.3}),
        ("a.tsv", ucr, {"holdout": 0.3}),
        ("a.ts", ts, {"holdout": 0.3}),
        ("a.arff", arff, {"holdout": 0.3}),
    ],
)
def test_inspect_proposes_lines_that_can_be_built(tmp_path, name, write, settings):
    write(tmp_path / name)
    _, source = proposal(tmp_path / name)
    assert source == {"name": "files", "train": str(tmp_path / name), **settings}
    assert len(build_component("sources", source, None).test.labels)
