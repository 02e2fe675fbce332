"""CIFAR-10 after one more round of JPEG, in the binary version: how much does a round cost a network?

    python benchmarks/jpeg_again.py data/cifar10/cifar10_jpeg.npz data/cifar10_twice
    snakemake --configfile config/yardstick.yaml config/yardstick_jpeg.yaml --cores all

Quality and colour resolution are Pillow's defaults (75, halved), and the image is moved by four pixels in the grid of
blocks: without that, a second round would find the rounded coefficients of the first and change next to nothing.
"""

import argparse
import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from ltsei.data.images.cifar_layouts import SIDE
from ltsei.data.images.image_parts import ImagePart
from ltsei.data.images.jpeg_file import read_jpeg_file

PAD = 4
BATCHES = 5


def again(image: np.ndarray) -> np.ndarray:
    """Return an image, uint8 [32, 32, 3], after another round."""
    padded = np.pad(image, ((PAD, PAD), (PAD, PAD), (0, 0)), mode="edge")
    stored = io.BytesIO()
    Image.fromarray(padded).save(stored, "JPEG")
    with Image.open(stored) as decoded:
        return np.asarray(decoded)[PAD : PAD + SIDE, PAD : PAD + SIDE]


def rows(part: ImagePart) -> tuple[np.ndarray, float]:
    """Return label and pixels of each image as the binary version has them, uint8 [N, 3073], and the mean change."""
    before = np.concatenate(list(part.pixels()))
    after = np.stack([again(image) for image in before])
    planes = after.transpose(0, 3, 1, 2).reshape(len(after), -1)
    change = float(np.abs(after.astype(int) - before).mean())
    return np.column_stack([part.labels.astype(np.uint8), planes]), change


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=Path, help="a file .npz of JPEG images (docs/yardstick.md)")
    parser.add_argument("folder", type=Path, help="where to write the batches")
    options = parser.parse_args()
    train, test, names = read_jpeg_file(options.images)
    options.folder.mkdir(parents=True, exist_ok=True)
    (content, change), (tested, _) = rows(train), rows(test)
    for number, batch in enumerate(np.array_split(content, BATCHES), 1):
        batch.tofile(options.folder / f"data_batch_{number}.bin")
    tested.tofile(options.folder / "test_batch.bin")
    (options.folder / "batches.meta.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
    sys.stdout.write(f"{options.folder}: {len(content)} and {len(tested)} images, changed by {change:.1f} of 255\n")


if __name__ == "__main__":
    main()
