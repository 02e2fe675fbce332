"""A few noisy tones, one frequency a class: data on which a network learns something in a second."""

import numpy as np

from ltsei.data.split import make_split
from ltsei.data.store import Meta, Store
from ltsei.pipeline.rules import RULES


def make_store(per_class=16, length=96, num_classes=3):
    """A store in memory whose test part holds the same signals in reverse."""
    rng = np.random.default_rng(4)
    labels = np.repeat(np.arange(num_classes), per_class)
    tones = np.exp(2j * np.pi * np.outer(0.02 + 0.1 * labels, np.arange(length)))
    noisy = np.stack([tones.real, tones.imag], -1) + 0.3 * rng.standard_normal((len(labels), length, 2))
    signals, counts = noisy.astype(np.float32), (per_class,) * num_classes
    meta = Meta(tuple("abcdef"[:num_classes]), 8e6, (length, 2), "checksum", counts, counts, {}, {})
    return Store(signals, labels, signals[::-1].copy(), labels[::-1].copy(), meta)


def split_of(store, imbalance_ratio=4.0, validation=None, n_max=None):
    """A long-tailed split of the store's training part."""
    return make_split(
        store.train_labels,
        store.meta.num_classes,
        imbalance_ratio=imbalance_ratio,
        validation=validation,
        n_max=n_max,
        class_order="index",
        shortage="error",
        seed=0,
        fingerprints={},
    )


class Paths(dict):
    """Paths by name, as Snakemake hands them to a script."""

    __getattr__ = dict.__getitem__


def paths_in(folder, rule):
    """The outputs of a rule in one folder."""
    return Paths({name: folder / file.replace("/", "_") for name, file in RULES[rule].outputs.items()})
