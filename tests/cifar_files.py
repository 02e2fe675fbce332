"""Small folders that look like CIFAR as it is downloaded: written by Python 2, or in the binary version."""

import pickle
import struct
from typing import ClassVar

import numpy as np

PER_BATCH = 20


class PythonTwoPickler(pickle._Pickler):
    """Writes text and bytes alike as byte strings, under NumPy's old module names, as Python 2 did."""

    dispatch: ClassVar = dict(pickle._Pickler.dispatch)

    def save_bytes(self, value):
        self.write(b"T" + struct.pack("<i", len(value)) + value)
        self.memoize(value)

    def save_text(self, value):
        self.save_bytes(value.encode())

    def save_global(self, value, name=None):
        self.write(f"c{value.__module__.replace('numpy._core', 'numpy.core')}\n{value.__name__}\n".encode())
        self.memoize(value)

    dispatch[bytes], dispatch[str], dispatch[type] = save_bytes, save_text, save_global
    dispatch[type(pickle.loads)] = dispatch[type(np.dot)] = save_global


def dump(content, path):
    """Write a pickle of protocol 2."""
    with path.open("wb") as file:
        PythonTwoPickler(file, 2).dump(content)


def images(number, seed):
    """Random images, uint8 [n, 32, 32, 3]."""
    return np.random.default_rng(seed).integers(0, 256, (number, 32, 32, 3), dtype=np.uint8)


def rows(pixels):
    """The same as CIFAR stores them: red, green and blue one after the other, [n, 3072]."""
    return np.ascontiguousarray(pixels.transpose(0, 3, 1, 2)).reshape(len(pixels), -1)


def write_cifar10(folder, binary=False):
    """Write five training batches and a test batch; return the images and labels of both parts."""
    folder.mkdir(parents=True)
    names = [*(f"data_batch_{part}" for part in range(1, 6)), "test_batch"]
    parts = [(images(PER_BATCH, seed), np.arange(PER_BATCH) % 10) for seed in range(6)]
    for name, (pixels, labels) in zip(names, parts, strict=True):
        if binary:
            np.column_stack([labels.astype(np.uint8), rows(pixels)]).tofile(folder / f"{name}.bin")
        else:
            dump({"data": rows(pixels), "labels": labels.tolist(), "batch_label": name}, folder / name)
    classes = [f"class{label}" for label in range(10)]
    if binary:
        (folder / "batches.meta.txt").write_text("\n".join([*classes, "", ""]))
    else:
        dump({"label_names": classes, "num_vis": 3072}, folder / "batches.meta")
    return tuple(np.concatenate(each) for each in zip(*parts[:5], strict=True)), parts[5]


def write_cifar100(folder, binary=False):
    """Write a training and a test batch with two labels each; return the images, fine and coarse labels of both."""
    folder.mkdir(parents=True)
    parts = {
        name: (images(200, seed), np.arange(200) % 100, np.arange(200) % 20)
        for seed, name in enumerate(["train", "test"])
    }
    for name, (pixels, fine, coarse) in parts.items():
        if binary:
            np.column_stack([coarse.astype(np.uint8), fine.astype(np.uint8), rows(pixels)]).tofile(
                folder / f"{name}.bin"
            )
        else:
            dump({"data": rows(pixels), "fine_labels": fine.tolist(), "coarse_labels": coarse.tolist()}, folder / name)
    names = {kind: [f"{kind}{label}" for label in range(number)] for kind, number in (("fine", 100), ("coarse", 20))}
    if binary:
        for kind, each in names.items():
            (folder / f"{kind}_label_names.txt").write_text("\n".join(each) + "\n")
    else:
        dump({f"{kind}_label_names": each for kind, each in names.items()}, folder / "meta")
    return parts
