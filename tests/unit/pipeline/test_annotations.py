"""Predictions become SigMF annotations beside those of the recording; its own files stay as they are."""

import json

import pytest
from recorded import archive, metadata, noise, sigmf

from ltsei.core.errors import InputError
from ltsei.data.captures.new_recordings import open_new_recordings
from ltsei.data.captures.settings import WindowSettings
from ltsei.pipeline.deployment.annotations import annotation_file, generator, targets

LEFT_OPEN = {
    "pattern": None,
    "datatype": None,
    "sample_rate_hz": None,
    "recorded_rate_hz": 1e6,
    "verify_checksums": True,
}
GENERATOR = "ltsei 1.2.3"


def captures(*files):
    settings = WindowSettings(files=[*map(str, files)], length=100, hop=None, short="error", order="IQ", **LEFT_OPEN)
    return [each.capture for each in open_new_recordings(settings)]


def row(start, label="a", **more):
    place = {"file": "x", "index": 0, "start_sample": start, "num_samples": 100, "start_s": None}
    return {**place, "class_name": label, "probability": 0.5, "status": "accepted", "set": "", **more}


def annotated(folder, capture, rows):
    (path,) = targets(folder, [capture])
    with annotation_file(path, capture, GENERATOR) as annotate:
        for each in rows:
            annotate(each)
    return json.loads(path.read_text())


@pytest.fixture
def known(tmp_path):
    """A SigMF recording whose first sample has the number 1000, with two annotations."""
    content = metadata("cf32_le", [(1150, 10, "kept"), (1000,)], **{"core:offset": 1000})
    content["global"]["core:extensions"] = [{"name": "antenna", "version": "1.0.0", "optional": True}]
    content["captures"] = [{"core:sample_start": 1000, "core:frequency": 1e9}]
    (tmp_path / "in").mkdir()
    sigmf(tmp_path / "in/a", noise(0, "<f4"), content)
    return tmp_path / "in/a.sigmf-meta"


def test_predictions_join_the_annotations_of_a_recording_in_the_order_of_time(known, tmp_path):
    before = known.read_bytes()
    content = annotated(
        tmp_path / "out", *captures(known), [row(0), row(100, label="b", energy=float("inf")), row(200)]
    )
    labels = [(each["core:sample_start"], each.get("core:label")) for each in content["annotations"]]
    assert labels == [(1000, None), (1000, "a"), (1100, "b"), (1150, "kept"), (1200, "a")]
    ours = {"core:sample_start": 1100, "core:sample_count": 100, "core:label": "b", "core:generator": GENERATOR}
    assert content["annotations"][2] == ours | {"ltsei:probability": 0.5, "ltsei:status": "accepted"}
    assert [each["name"] for each in content["global"]["core:extensions"]] == ["antenna", "ltsei"]
    assert content["captures"] == json.loads(before)["captures"]
    assert known.read_bytes() == before


def test_a_signal_without_a_class_has_no_annotation_and_nothing_is_merged(known, tmp_path):
    rows = [row(0), row(100, class_name=None, status="unusable"), row(200), row(300)]
    starts = [each["core:sample_start"] for each in annotated(tmp_path, *captures(known), rows)["annotations"]]
    assert starts == [1000, 1000, 1150, 1200, 1300]


def test_metadata_of_other_files_are_valid_and_name_the_samples(known, tmp_path):
    sigmf_package = pytest.importorskip("sigmf", reason="the package sigmf is not installed")
    noise(0, "u1").tofile(tmp_path / "in/b.cu8")
    archive(tmp_path / "in/c.sigmf", {"c": (noise(0, "<i2"), metadata("ci16_le"))})
    for capture in captures(tmp_path / "in"):
        sigmf_package.validate.validate(annotated(tmp_path / "out", capture, [row(0)]))
    content = json.loads((tmp_path / "out/b.sigmf-meta").read_text())
    assert content["global"]["core:dataset"] == "b.cu8"


def test_a_failure_leaves_no_file(known, tmp_path):
    (capture,) = captures(known)
    with pytest.raises(InputError), annotation_file(tmp_path / "out/a.sigmf-meta", capture, GENERATOR) as annotate:
        annotate(row(0))
        raise InputError("no more")
    assert not list((tmp_path / "out").iterdir())


def test_files_of_folders_keep_their_folders_and_never_replace_those_of_a_recording(known, tmp_path):
    for name in ("in/b.cf32", "in/b.cfile", "in/deep/b.cf32"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        noise(0, "<f4").tofile(tmp_path / name)
    chosen = captures(known, tmp_path / "in/deep", tmp_path / "in/b.cf32")
    paths = targets(tmp_path / "out", chosen)
    assert [str(path.relative_to(tmp_path / "out")) for path in paths] == [
        "a.sigmf-meta",
        "deep/b.sigmf-meta",
        "b.sigmf-meta",
    ]
    with pytest.raises(InputError, match=r"b\.cf32 and .*b\.cfile would both be annotated"):
        targets(tmp_path / "out", captures(tmp_path / "in/b.cf32", tmp_path / "in/b.cfile"))
    with pytest.raises(InputError, match="is not replaced; name another folder"):
        targets(known.parent, captures(known))


def test_the_generator_names_the_version():
    assert generator().split()[0] == "ltsei"
    assert generator().split()[1][0].isdigit()
