"""Images as JPEG in one .npz file: `data` (bytes of all images), `offsets` [N + 1], `y` [N], `test` [N], `class_names`.

Decoding needs Pillow, the extra `images`.
"""

import importlib.util
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.images.cifar_layouts import CHANNELS, SIDE
from ltsei.data.images.image_parts import CHUNK, ImagePart
from ltsei.data.readers.file_errors import readable

KEYS = ("data", "offsets", "y", "test", "class_names")


def read_jpeg_file(path: Path) -> tuple[ImagePart, ImagePart, tuple[str, ...]]:
    """Return the training and the test images of a file, in its order, and the class names.

    Raises:
        InputError: the file is missing or holds other arrays, or Pillow is not installed.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if importlib.util.find_spec("PIL") is None:
        install = "run pip install '.[images]' in the root of the repository, or use the batches of CIFAR"
        raise InputError(f"{path}: JPEG images need Pillow, not installed here; {install}")
    arrays = _arrays(path)
    test = arrays["test"].astype(bool)
    parts = (_part(path, arrays, np.flatnonzero(chosen)) for chosen in (~test, test))
    return (*parts, tuple(map(str, arrays["class_names"])))  # type: ignore[return-value]


def _arrays(path: Path) -> dict[str, np.ndarray]:
    with readable(path), np.load(path, allow_pickle=False) as file:
        if missing := [key for key in KEYS if key not in file.files]:
            raise InputError(f"{path}: lacks {', '.join(missing)}; expected the keys {', '.join(KEYS)}")
        arrays = {key: file[key] for key in KEYS}
    number = len(arrays["y"])
    lengths = np.diff(arrays["offsets"])
    if len(lengths) != number or len(arrays["test"]) != number or (lengths < 1).any():
        raise InputError(f"{path}: offsets, y and test do not belong to the same {number} images")
    return arrays


def _part(path: Path, arrays: dict[str, np.ndarray], indices: np.ndarray) -> ImagePart:
    def origin(index: int) -> str:
        return f"image {indices[index]} of {path}"

    return ImagePart(arrays["y"][indices].astype(np.int64), partial(_pixels, path, arrays, indices), origin)


def _pixels(path: Path, arrays: dict[str, np.ndarray], indices: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(indices), CHUNK):
        yield np.stack([_decoded(path, arrays, index) for index in indices[start : start + CHUNK].tolist()])


def _decoded(path: Path, arrays: dict[str, np.ndarray], index: int) -> np.ndarray:
    from PIL import Image

    first, last = arrays["offsets"][index : index + 2]
    try:
        with Image.open(io.BytesIO(arrays["data"][first:last].tobytes()), formats=["JPEG"]) as image:
            pixels = np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f"{path}: image {index} is not a readable JPEG ({error}); copy the file again") from error
    if pixels.shape != (SIDE, SIDE, CHANNELS):
        raise InputError(f"{path}: image {index} has shape {pixels.shape}, expected {(SIDE, SIDE, CHANNELS)}")
    return pixels
