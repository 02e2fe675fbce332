"""CIFAR-10 and CIFAR-100 in all versions in which they are published, and as JPEG."""

import io
import pickle

import numpy as np
import pytest
from cifar_files import dump, images, rows, write_cifar10, write_cifar100

from ltsei.components.sources import cifar
from ltsei.core.errors import InputError


def stored(part):
    """All values of a part."""
    return np.concatenate(list(part.chunks()))


@pytest.mark.parametrize("binary", [False, True], ids=["python", "binary"])
def test_the_images_of_all_batches_come_in_the_order_of_the_authors(binary, tmp_path):
    train, test = write_cifar10(tmp_path / "batches", binary)
    recordings = cifar.build(None, path=str(tmp_path / "batches"))
    for part, (pixels, labels) in ((recordings.train, train), (recordings.test, test)):
        assert part.signal_shape == (32, 32, 3)
        np.testing.assert_array_equal(part.labels, labels)
        values = stored(part)
        assert values.dtype == np.float32
        np.testing.assert_array_equal(values, pixels / np.float32(255))
    assert recordings.class_names == tuple(f"class{label}" for label in range(10))
    assert recordings.train.origin(45).startswith("image 5 of ") and "data_batch_3" in recordings.train.origin(45)


@pytest.mark.parametrize("binary", [False, True], ids=["python", "binary"])
@pytest.mark.parametrize(("labels", "column", "classes"), [("fine", 1, 100), ("coarse", 2, 20)])
def test_cifar100_has_fine_and_coarse_labels(binary, labels, column, classes, tmp_path):
    parts = write_cifar100(tmp_path / "batches", binary)
    recordings = cifar.build(None, path=str(tmp_path / "batches"), labels=labels)
    np.testing.assert_array_equal(recordings.train.labels, parts["train"][column])
    np.testing.assert_array_equal(recordings.test.labels, parts["test"][column])
    np.testing.assert_array_equal(stored(recordings.test), parts["test"][0] / np.float32(255))
    assert recordings.class_names[-1] == f"{labels}{classes - 1}"


def test_the_survey_tells_the_same_and_every_file_is_an_input(tmp_path):
    write_cifar10(tmp_path / "batches")
    path = str(tmp_path / "batches")
    recordings, survey = cifar.build(None, path=path), cifar.survey(path=path, labels="fine")
    np.testing.assert_array_equal(survey.train.labels, recordings.train.labels)
    assert survey.checksum == "" and survey.class_names == recordings.class_names
    assert cifar.input_files(path=path, labels="fine") == list(recordings.files)
    assert len(recordings.files) == 7


class Evil:
    """An object that runs code when it is unpickled."""

    def __reduce__(self):
        return eval, ("1",)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "data_batch_4").unlink(), "data_batch_4: no such file"),
        (lambda folder: (folder / "batches.meta").unlink(), "batches.meta: no such file"),
        (lambda folder: (folder / "test_batch").write_bytes(b"\x80\x02}"), "test_batch: cannot be read as a pickle"),
        (lambda folder: dump({"data": [1]}, folder / "test_batch"), "test_batch: not a batch of CIFAR, expected"),
        (
            lambda folder: dump({"data": rows(images(3, 0)), "labels": [1, 2]}, folder / "test_batch"),
            r"test_batch: holds data uint8 \(3, 3072\) and labels int64 \(2,\), expected",
        ),
        (
            lambda folder: (folder / "data_batch_2").write_bytes(pickle.dumps({"data": Evil(), "labels": [1]})),
            r"data_batch_2: refused: this pickle asks for builtins.eval, which could run code",
        ),
        (lambda folder: dump({"label_names": 3}, folder / "batches.meta"), "batches.meta: not the names of CIFAR"),
    ],
    ids=["missing batch", "missing names", "truncated", "other keys", "other labels", "code", "no names"],
)
def test_a_folder_with_a_wrong_file_is_refused_in_one_sentence(damage, message, tmp_path):
    write_cifar10(tmp_path / "batches")
    damage(tmp_path / "batches")
    with pytest.raises(InputError, match=message):
        cifar.build(None, path=str(tmp_path / "batches"))


def test_a_truncated_binary_file_labels_and_folders_that_do_not_exist_are_refused(tmp_path):
    write_cifar10(tmp_path / "batches", binary=True)
    with pytest.raises(InputError, match=r"labels: got coarse, but .* holds CIFAR-10, whose only labels are fine"):
        cifar.build(None, path=str(tmp_path / "batches"), labels="coarse")
    assert cifar.input_files(path="nowhere", labels="fine") == ["nowhere"]
    with pytest.raises(
        InputError, match=r"nowhere: no batches of CIFAR, expected a folder with one of data_batch_1, tr"
    ):
        cifar.build(None, path="nowhere")
    (tmp_path / "batches" / "data_batch_1.bin").write_bytes(bytes(3000))
    with pytest.raises(InputError, match=r"data_batch_1.bin: has 3000 bytes, expected a multiple of 3073"):
        cifar.build(None, path=str(tmp_path / "batches"))


@pytest.fixture
def jpeg_file(tmp_path):
    """Six grey images as JPEG, the last two for the test."""
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    texts = []
    for level in range(6):
        image.fromarray(np.full((32, 32, 3), 40 * level, np.uint8)).save(
            texts.append(io.BytesIO()) or texts[-1], "JPEG"
        )
    data = [np.frombuffer(text.getvalue(), np.uint8) for text in texts]
    arrays = {
        "data": np.concatenate(data),
        "offsets": np.cumsum([0, *map(len, data)]),
        "y": np.array([0, 1, 0, 1, 0, 1], np.uint8),
        "test": np.arange(6) > 3,
        "class_names": np.array(["a", "b"]),
    }
    np.savez(tmp_path / "images.npz", **arrays)
    return tmp_path / "images.npz", arrays


def test_jpeg_images_are_decoded(jpeg_file):
    recordings = cifar.build(None, path=str(jpeg_file[0]))
    np.testing.assert_allclose(stored(recordings.train)[:, 9, 20, 1] * 255, [0, 40, 80, 120], atol=1)
    np.testing.assert_array_equal(recordings.test.labels, [0, 1])
    assert recordings.test.origin(1).startswith("image 5 of ")


def test_a_file_of_jpeg_images_that_lacks_something_is_refused(jpeg_file):
    path, arrays = jpeg_file
    np.savez(path, **{key: value for key, value in arrays.items() if key != "test"})
    with pytest.raises(InputError, match=r"images\.npz: lacks test; expected the keys data"):
        cifar.build(None, path=str(path))
    np.savez(path, **{**arrays, "y": arrays["y"][:5]})
    with pytest.raises(InputError, match="do not belong to the same 5 images"):
        cifar.build(None, path=str(path))
    np.savez(path, **{**arrays, "data": arrays["data"][::-1]})
    with pytest.raises(InputError, match="image 0 is not a readable JPEG"):
        stored(cifar.build(None, path=str(path)).train)


def test_without_pillow_the_extra_is_named(jpeg_file, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"JPEG images need Pillow, not installed here; run pip install '.\[images\]'"):
        cifar.build(None, path=str(jpeg_file[0]))


def test_the_real_images_of_cifar10(real_data):
    pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    recordings = cifar.build(None, path=str(real_data / "cifar10" / "cifar10_jpeg.npz"))
    assert np.bincount(recordings.train.labels).tolist() == [5000] * 10
    assert np.bincount(recordings.test.labels).tolist() == [1000] * 10
    assert recordings.class_names[::9] == ("airplane", "truck")
    first = next(recordings.test.chunks())
    assert first.shape == (1000, 32, 32, 3) and 0 <= first.min() < first.max() <= 1
