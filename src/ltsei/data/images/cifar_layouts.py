"""The files of CIFAR-10 and CIFAR-100 in the versions for Python and for other languages, found by their names."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Labels = Literal["fine", "coarse"]
SIDE, CHANNELS = 32, 3
PIXELS = SIDE * SIDE * CHANNELS


@dataclass(frozen=True)
class Layout:
    """The files of one version.

    Attributes:
        train: of the training images, in the order of the authors.
        test: of the test images.
        names: of the class names, by kind of label.
        keys: of the labels in a Python batch, by kind of label; empty for the binary version.
        offsets: of the label among the bytes before an image, by kind of label; empty for the Python version.
    """

    train: tuple[str, ...]
    test: tuple[str, ...]
    names: dict[Labels, str]
    keys: dict[Labels, str]
    offsets: dict[Labels, int]

    @property
    def kinds(self) -> tuple[Labels, ...]:
        """The kinds of labels that its images have."""
        return tuple(self.names)

    def files(self, labels: Labels) -> list[str]:
        """Return all files that are read for a kind of label."""
        return [*self.train, *self.test, *([self.names[labels]] if labels in self.names else [])]


PARTS = range(1, 6)
LAYOUTS = (
    Layout(
        tuple(f"data_batch_{part}" for part in PARTS),
        ("test_batch",),
        {"fine": "batches.meta"},
        {"fine": "labels"},
        {},
    ),
    Layout(
        ("train",),
        ("test",),
        {"fine": "meta", "coarse": "meta"},
        {"fine": "fine_labels", "coarse": "coarse_labels"},
        {},
    ),
    Layout(
        tuple(f"data_batch_{part}.bin" for part in PARTS),
        ("test_batch.bin",),
        {"fine": "batches.meta.txt"},
        {},
        {"fine": 0},
    ),
    Layout(
        ("train.bin",),
        ("test.bin",),
        {"fine": "fine_label_names.txt", "coarse": "coarse_label_names.txt"},
        {},
        {"fine": 1, "coarse": 0},
    ),
)
"""CIFAR-10 and CIFAR-100 for Python, then both in the binary version."""


def layout_of(folder: Path) -> Layout | None:
    """Return the version whose files a folder holds, None where it holds none; only names decide."""
    return next((each for each in LAYOUTS if (folder / each.train[0]).is_file()), None)


def is_jpeg_file(path: str) -> bool:
    """Return whether a path names a file of JPEG images rather than a folder of batches."""
    return Path(path).suffix == ".npz"


def files_of(path: str, labels: Labels) -> list[str]:
    """Return the paths of all files that are read at `path`, by their names alone; a folder without any is itself."""
    layout = None if is_jpeg_file(path) else layout_of(Path(path))
    return [path] if layout is None else [str(Path(path, name)) for name in layout.files(labels)]
