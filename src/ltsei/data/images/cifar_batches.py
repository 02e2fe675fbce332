"""The images and labels of CIFAR's batches, for Python and in the binary version."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.images.cifar_layouts import CHANNELS, LAYOUTS, PIXELS, SIDE, Labels, Layout, layout_of
from ltsei.data.images.image_parts import ImagePart
from ltsei.data.readers.formats.plain_pickle import load_plain


def read_folder(folder: Path, labels: Labels) -> tuple[ImagePart, ImagePart, tuple[str, ...]]:
    """Return the training and the test images of a folder of batches, and the class names.

    Raises:
        InputError: a file is missing or is not a batch of CIFAR, or the images have no labels of this kind.
    """
    layout = layout_of(folder)
    if layout is None:
        names = ", ".join(each.train[0] for each in LAYOUTS)
        raise InputError(f"{folder}: no batches of CIFAR, expected a folder with one of {names}; unpack the archive")
    if labels not in layout.kinds:
        raise InputError(f"labels: got {labels}, but {folder} holds CIFAR-10, whose only labels are fine; remove it")
    parts = (_part([folder / name for name in names], layout, labels) for names in (layout.train, layout.test))
    return (*parts, _class_names(folder / layout.names[labels], layout, labels))  # type: ignore[return-value]


def _part(paths: list[Path], layout: Layout, labels: Labels) -> ImagePart:
    read = partial(_pickled, key=layout.keys[labels]) if layout.keys else partial(_binary, layout, labels)
    of_files = [read(path)[1] for path in paths]

    def pixels() -> Iterator[np.ndarray]:
        for path in paths:
            yield read(path)[0]

    def origin(index: int) -> str:
        starts = np.cumsum([0, *map(len, of_files)])
        number = int(np.searchsorted(starts, index, side="right")) - 1
        return f"image {index - starts[number]} of {paths[number]}"

    return ImagePart(np.concatenate(of_files), pixels, origin)


def _pickled(path: Path, key: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the images, uint8 [n, 32, 32, 3], and labels, int64 [n], of a batch for Python."""
    batch = _content(path)
    if not isinstance(batch, Mapping) or "data" not in batch or key not in batch:
        raise InputError(f"{path}: not a batch of CIFAR, expected a dictionary with the keys data and {key}")
    data, labels = np.asarray(batch["data"]), np.asarray(batch[key])
    if data.dtype != np.uint8 or data.shape != (len(labels), PIXELS) or labels.dtype.kind not in "iu":
        got = f"data {data.dtype} {data.shape} and {key} {labels.dtype} {labels.shape}"
        raise InputError(f"{path}: holds {got}, expected uint8 (N, {PIXELS}) and N whole numbers")
    return _channels_last(data), labels.astype(np.int64)


def _content(path: Path) -> object:
    """Return the content of a pickle of arrays and plain containers."""
    try:
        return load_plain(path)
    except InputError:
        raise
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except (ValueError, EOFError, TypeError, KeyError, IndexError) as error:  # a damaged pickle fails in many ways
        raise InputError(f"{path}: cannot be read as a pickle ({error}); copy or unpack it again") from error


def _binary(layout: Layout, labels: Labels, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the same of a file of the binary version: labels, one byte each, before the bytes of each image."""
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    size = len(layout.offsets) + PIXELS
    content = np.fromfile(path, np.uint8)
    if len(content) == 0 or len(content) % size:
        raise InputError(f"{path}: has {len(content)} bytes, expected a multiple of {size}; copy or unpack it again")
    rows = content.reshape(-1, size)
    return _channels_last(rows[:, -PIXELS:]), rows[:, layout.offsets[labels]].astype(np.int64)


def _channels_last(rows: np.ndarray) -> np.ndarray:
    """Return images [n, 32, 32, 3] of rows that hold all of red, then green, then blue, [n, 3072]."""
    return rows.reshape(-1, CHANNELS, SIDE, SIDE).transpose(0, 2, 3, 1)


def _class_names(path: Path, layout: Layout, labels: Labels) -> tuple[str, ...]:
    if not layout.keys:
        if not path.is_file():
            raise InputError(f"{path}: no such file")
        return tuple(path.read_text(encoding="utf-8").split())
    meta = _content(path)
    key = "label_names" if layout.kinds == ("fine",) else f"{labels}_label_names"
    if not isinstance(meta, Mapping) or not isinstance(meta.get(key), list):
        raise InputError(f"{path}: not the names of CIFAR's classes, expected a dictionary with the list {key}")
    return tuple(map(str, meta[key]))
