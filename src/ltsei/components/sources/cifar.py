"""CIFAR-10 and CIFAR-100 as they are downloaded, for comparison with the literature."""

from pathlib import Path
from typing import Any, Literal

from ltsei.data.checksums import checksums
from ltsei.data.images.cifar_batches import read_folder
from ltsei.data.images.cifar_layouts import files_of, is_jpeg_file
from ltsei.data.images.jpeg_file import read_jpeg_file
from ltsei.data.recordings import Recordings

SHAPE = [32, 32, 3]


def build(context: object, *, path: str, labels: Literal["fine", "coarse"] = "fine") -> Recordings:
    """Return the images, [N, 32, 32, 3] with values from 0 to 1, in the order of the files (Krizhevsky, 2009).

    A network standardises them itself (`resnet32`), so that padding with zeros is black, as in the literature. Copies
    of an image in both parts stay, since the published results have them, too.

    Args:
        context: not used.
        path: unpacked folder of the version for Python (``cifar-10-batches-py``, ``cifar-100-python``) or of the
            binary version (``cifar-10-batches-bin``, ``cifar-100-binary``), or a file ``.npz`` of JPEG images with the
            keys data, offsets, y, test and class_names.
        labels: of CIFAR-100: its 100 classes (``fine``) or their 20 superclasses (``coarse``).

    Raises:
        InputError: a file is missing or damaged, or is not what its name says.
    """
    return _recordings(path, labels, read=True)


def survey(**parameters: Any) -> Recordings:
    """Return what `build` returns with these parameters, without checksums."""
    return _recordings(**parameters, read=False)


def input_files(*, path: str, labels: Literal["fine", "coarse"]) -> list[str]:
    """Return the paths of all files that `build` opens with these parameters; no file is opened."""
    return files_of(path, labels)


def _recordings(path: str, labels: Literal["fine", "coarse"], *, read: bool) -> Recordings:
    train, test, names = read_jpeg_file(Path(path)) if is_jpeg_file(path) else read_folder(Path(path), labels)
    checksum, of_file = checksums(map(Path, files_of(path, labels))) if read else ("", {})
    return Recordings(
        train=train.part(),
        test=test.part(),
        class_names=names,
        sample_rate_hz=None,
        checksum=checksum,
        notes={"cifar": {"labels": labels, "jpeg": is_jpeg_file(path)}},
        files=of_file,
        allow_duplicates=True,
    )
