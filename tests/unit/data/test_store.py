import dataclasses

import numpy as np
import pytest

from ltsei.core import content, files
from ltsei.core.errors import InputError
from ltsei.data.meta import read_meta
from ltsei.data.recordings import Part, Recordings
from ltsei.data.store import open_store, read_groups, read_test_labels, write_store


def part(labels, signals, chunk_size=3):
    starts = range(0, len(signals), chunk_size)
    return Part(np.asarray(labels), signals.shape[1:], lambda: iter([signals[i : i + chunk_size] for i in starts]))


def recordings(chunk_size=3, **changes):
    rng = np.random.default_rng(0)
    train = part([0, 1, 1, 2, 0, 1, 2], rng.normal(size=(7, 6, 2)).astype(np.float32), chunk_size)
    test = part([2, 0], rng.normal(size=(2, 6, 2)).astype(np.float32), chunk_size)
    whole = Recordings(train, test, ("a", "b", "c"), 50e6, "abc123", {"label_map": {"7": 0}})
    return dataclasses.replace(whole, **changes)


def paths(folder):
    names = {"train": "signals/train.npy", "labels_train": "labels_train.npy", "meta": "meta.json"}
    names |= {"test": "signals/test.npy", "labels_test": "labels_test.npy", "groups_train": "groups_train.npy"}
    return {key: folder / name for key, name in names.items()}


def written(folder, source, **options):
    write_store(source, **paths(folder), fingerprints={"prepare": "f00d"}, **options)
    return paths(folder)


def opened(stored):
    """Return the store, once its test labels have been read, too."""
    read_test_labels(stored["labels_test"], stored["meta"])
    return open_store(**{name: path for name, path in stored.items() if name not in ("groups_train", "labels_test")})


def with_train(labels, signals):
    return recordings(train=part(labels, signals))


def test_a_store_returns_what_was_written(tmp_path):
    source = recordings()
    store = opened(written(tmp_path, source))
    np.testing.assert_array_equal(store.train_signals, np.concatenate(list(source.train.chunks())))
    np.testing.assert_array_equal(store.test_signals, np.concatenate(list(source.test.chunks())))
    np.testing.assert_array_equal(store.train_labels, source.train.labels)
    stored = paths(tmp_path)
    np.testing.assert_array_equal(read_test_labels(stored["labels_test"], stored["meta"]), source.test.labels)
    assert store.train_labels.dtype == np.int64


def test_meta_describes_the_store(tmp_path):
    meta = read_meta(written(tmp_path, recordings())["meta"])
    assert (meta.class_names, meta.num_classes) == (("a", "b", "c"), 3)
    assert (meta.train_counts, meta.test_counts) == ((2, 3, 2), (1, 0, 1))
    assert (meta.signal_shape, meta.sample_rate_hz, meta.checksum) == ((6, 2), 50e6, "abc123")
    assert meta.notes == {"label_map": {"7": 0}}
    assert meta.fingerprints == {"prepare": "f00d", "data": "abc123"}


def test_meta_records_the_files_of_the_source_in_their_order(tmp_path):
    checksums = {"data/X.npy": "beef", "data/A.npy": "f00d"}
    meta = read_meta(written(tmp_path, recordings(files=checksums))["meta"])
    assert list(meta.files.items()) == list(checksums.items())


def test_a_synthetic_source_and_a_store_without_that_record_have_no_files(tmp_path):
    meta = written(tmp_path, recordings())["meta"]
    assert read_meta(meta).files == {}
    record = content.read_record(meta)
    del record["files"]
    files.write_json(meta, content.sealed(record))
    assert read_meta(meta).files == {}


def test_signals_are_memory_mapped_and_read_only(tmp_path):
    store = opened(written(tmp_path, recordings()))
    assert isinstance(store.train_signals, np.memmap)
    assert not store.train_signals.flags.writeable


def test_equal_recordings_give_equal_bytes_whatever_their_chunks(tmp_path):
    first, second = written(tmp_path / "1", recordings(chunk_size=3)), written(tmp_path / "2", recordings(chunk_size=2))
    for key in first:
        assert first[key].read_bytes() == second[key].read_bytes()


def test_chunks_of_float64_and_any_memory_order_are_stored_as_float32(tmp_path):
    signals = np.asfortranarray(np.arange(36, dtype=np.float64).reshape(3, 6, 2))
    store = opened(written(tmp_path, with_train([0, 1, 2], signals)))
    assert store.train_signals.dtype == np.float32
    np.testing.assert_array_equal(store.train_signals, signals)


def test_images_keep_their_shape(tmp_path):
    images = np.random.default_rng(0).normal(size=(4, 8, 8, 1)).astype(np.float32)
    source = recordings(train=part([0, 1, 2], images[:3]), test=part([0], images[3:]))
    assert opened(written(tmp_path, source)).train_signals.shape == (3, 8, 8, 1)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_invalid_signals_are_counted_and_the_first_is_named(tmp_path, value):
    signals = np.ones((7, 6, 2), np.float32)
    signals[[4, 6], 2, 1] = value
    with pytest.raises(InputError, match=r"train: 2 of 7 signals hold NaN or infinity, the first is signal 4;"):
        written(tmp_path, with_train([0, 1, 2, 0, 1, 2, 0], signals))


def test_a_refused_part_leaves_no_file(tmp_path):
    with pytest.raises(InputError):
        written(tmp_path, with_train([0, 1, 2], np.full((3, 6, 2), np.nan, np.float32)))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1, 3], "train: got labels from 0 to 3, expected 0 to 2"),
        ([-1, 1, 2], "train: got labels from -1 to 2"),
        ([0, 1, 1], "train: class 'c' has no signals"),
        ([0, 1, 2, 2], "train: 3 signals for 4 labels"),
        ([0.0, 1.0, 2.0], "train: got labels float64"),
        (np.zeros((3, 1), int), r"train: got labels int64 of shape \(3, 1\)"),
    ],
)
def test_unusable_labels_are_refused(tmp_path, labels, message):
    with pytest.raises(InputError, match=message):
        written(tmp_path, with_train(labels, np.ones((3, 6, 2), np.float32)))


def test_a_part_without_signals_is_refused(tmp_path):
    with pytest.raises(InputError, match="test: no signals"):
        written(tmp_path, recordings(test=part(np.array([], int), np.ones((0, 6, 2), np.float32))))


def test_parts_with_different_channels_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"shapes \(6, 1\) and \(6, 2\)"):
        written(tmp_path, with_train([0, 1, 2], np.ones((3, 6, 1), np.float32)))


def test_parts_of_different_length_ask_for_the_length_of_the_data_set(tmp_path):
    with pytest.raises(InputError, match=r"one length, got 5 and 6 samples: set `length` .* such as length: 5;"):
        written(tmp_path, with_train([0, 1, 2], np.ones((3, 5, 2), np.float32)))


@pytest.mark.parametrize("length", [4, 5, 6, 9])
def test_parts_of_different_length_are_cut_or_padded_to_the_length_of_the_data_set(tmp_path, length):
    signals = np.random.default_rng(1).normal(size=(3, 5, 2)).astype(np.float32)
    stored = written(tmp_path, with_train([0, 1, 2], signals), length=length)
    store = opened(stored)
    assert store.train_signals.shape[1:] == store.test_signals.shape[1:] == (length, 2)
    np.testing.assert_array_equal(store.train_signals[:, :5], signals[:, :length])
    assert not store.train_signals[:, 5:].any()


def test_parts_of_one_length_are_stored_as_they_are(tmp_path):
    assert opened(written(tmp_path, recordings(), length=3)).train_signals.shape == (7, 6, 2)


def test_a_chunk_of_another_shape_is_refused(tmp_path):
    wrong = Part(np.array([0, 1, 2]), (6, 2), lambda: iter([np.ones((3, 2, 6), np.float32)]))
    with pytest.raises(InputError, match=r"train: signal 0 has shape \(2, 6\), expected \(6, 2\)"):
        written(tmp_path, recordings(train=wrong))


@pytest.mark.parametrize("key", ["train", "labels_test", "meta"])
@pytest.mark.parametrize("content", [b"", b"not a store", b"{}"])
def test_a_file_that_belongs_to_no_store_is_named(tmp_path, key, content):
    stored = written(tmp_path, recordings())
    stored[key].write_bytes(content)
    with pytest.raises(InputError, match=stored[key].name):
        opened(stored)


@pytest.mark.parametrize("key", ["train", "labels_train", "test", "labels_test", "meta"])
def test_a_truncated_file_is_named(tmp_path, key):
    stored = written(tmp_path, recordings())
    stored[key].write_bytes(stored[key].read_bytes()[:-8])
    with pytest.raises(InputError, match=stored[key].name):
        opened(stored)


def test_an_array_of_another_shape_is_named(tmp_path):
    stored = written(tmp_path, recordings())
    np.save(stored["test"], np.zeros((2, 2, 6), np.float32))
    with pytest.raises(InputError, match=r"test.npy: holds float32 \(2, 2, 6\), expected float32 \(2, 6, 2\)"):
        opened(stored)


def test_labels_of_another_store_are_named(tmp_path):
    stored = written(tmp_path, recordings())
    np.save(stored["labels_train"], np.array([0, 0, 0, 0, 1, 1, 2]))
    with pytest.raises(InputError, match=r"labels_train.npy: signals per class differ"):
        opened(stored)


def test_class_names_are_all_different(tmp_path):
    with pytest.raises(InputError, match=r"class names: got .*, expected a different name for each class"):
        written(tmp_path, recordings(class_names=("a", "b", "a")))


def test_a_store_records_the_number_of_validation_signals(tmp_path):
    source = recordings(num_validation=2)
    store = opened(written(tmp_path, source))
    assert store.meta.num_validation == 2
    assert store.meta.train_counts == (2, 3, 2)
    assert len(store.train_signals) == 7


def test_a_store_without_that_number_has_no_validation_signals(tmp_path):
    meta = written(tmp_path, recordings())["meta"]
    assert read_meta(meta).num_validation == 0
    record = content.read_record(meta)
    del record["num_validation"]
    files.write_json(meta, content.sealed(record))
    assert read_meta(meta).num_validation == 0


def test_a_class_with_only_validation_signals_is_refused(tmp_path):
    with pytest.raises(InputError, match="train: class 'c' has no signals"):
        written(tmp_path, recordings(num_validation=4))


@pytest.mark.parametrize("number", [-1, 7, 8])
def test_an_impossible_number_of_validation_signals_is_refused(tmp_path, number):
    with pytest.raises(InputError, match=f"train: got {number} of 7 signals for validation"):
        written(tmp_path, recordings(num_validation=number))


def with_copies(labels=(0, 1, 2, 0, 1, 2, 0), **changes):
    """Return recordings whose test signals 1 and 2 are training signals 4 and 0."""
    signals = np.random.default_rng(5).normal(size=(7, 6, 2)).astype(np.float32)
    test = np.stack([-signals[0], signals[4], signals[0]])
    return recordings(train=part(labels, signals), test=part([0, 1, 2], test), **changes)


def test_exact_copies_of_training_signals_in_the_test_part_are_an_error_with_their_number_and_the_first_pair(tmp_path):
    with pytest.raises(
        InputError,
        match=r"2 of 3 test signals are exact copies of training signals; the first pair: signal 1 is signal 4 "
        r".*allow_duplicates: true",
    ):
        written(tmp_path, with_copies())
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_exact_copies_between_training_and_validation_are_an_error(tmp_path):
    signals = np.random.default_rng(5).normal(size=(7, 6, 2)).astype(np.float32)
    signals[6] = signals[1]
    source = recordings(train=part([0, 1, 2, 0, 1, 2, 0], signals), num_validation=2)
    with pytest.raises(InputError, match=r"1 of 2 validation signals .* of training signals; .*: signal 6 is signal 1"):
        written(tmp_path, source)


def test_copies_are_counted_where_they_are_allowed(tmp_path):
    stored = written(tmp_path, with_copies(allow_duplicates=True))
    assert read_meta(stored["meta"]).notes["duplicates"] == {"test signals that are also training signals": 2}


def test_copies_inside_the_training_part_are_one_group(tmp_path):
    signals = np.random.default_rng(5).normal(size=(7, 6, 2)).astype(np.float32)
    signals[5] = signals[2]
    stored = written(tmp_path, with_train([0, 1, 2, 0, 1, 2, 0], signals))
    groups = read_groups(stored["groups_train"])
    assert groups[5] == groups[2]
    assert len(np.unique(groups)) == 6
    assert read_meta(stored["meta"]).notes["copies_in_training"] == 1


def test_groups_that_share_a_copy_are_one_group(tmp_path):
    signals = np.random.default_rng(5).normal(size=(7, 6, 2)).astype(np.float32)
    signals[5] = signals[0]
    train = part([0, 1, 2, 0, 1, 2, 0], signals)
    stored = written(tmp_path, recordings(train=train, groups=np.array([0, 0, 1, 1, 2, 2, 3])))
    groups = read_groups(stored["groups_train"]).tolist()
    assert groups[0] == groups[1] == groups[4] == groups[5]
    assert len(set(groups)) == 3


def test_a_store_keeps_the_groups_of_its_source_and_has_none_without(tmp_path):
    known = written(tmp_path / "known", recordings(groups=np.array([0, 0, 1, 1, 2, 2, 2])))
    assert read_groups(known["groups_train"]).tolist() == [0, 0, 1, 1, 2, 2, 2]
    assert read_groups(written(tmp_path / "unknown", recordings())["groups_train"]) is None
