"""Noisy tones, one frequency per class: data on which a network learns within a second."""

import numpy as np

from ltsei.data.split import make_split
from ltsei.data.store import Meta, Store
from ltsei.pipeline.rule_table import RULES


def make_store(per_class=16, length=96, num_classes=3):
    """Return a store in memory; its test part holds the training signals in reverse order.

    So do its labels: `labels_of_test`.
    """
    rng = np.random.default_rng(4)
    labels = np.repeat(np.arange(num_classes), per_class)
    tones = np.exp(2j * np.pi * np.outer(0.02 + 0.1 * labels, np.arange(length)))
    noisy = np.stack([tones.real, tones.imag], -1) + 0.3 * rng.standard_normal((len(labels), length, 2))
    signals, counts = noisy.astype(np.float32), (per_class,) * num_classes
    meta = Meta(tuple("abcdef"[:num_classes]), 8e6, (length, 2), "checksum", counts, counts, {}, {})
    return Store(signals, labels, signals[::-1].copy(), meta)


def labels_of_test(store):
    """Return the labels of the test part of `make_store`."""
    return store.train_labels[::-1].copy()


def split_of(store, imbalance_ratio=4.0, validation=None, n_max=None):
    """Return a long-tailed split of the store's training part."""
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
    """Paths by name, as Snakemake passes them to a script."""

    __getattr__ = dict.__getitem__


def paths_in(folder, rule):
    """Return name -> path of a rule's outputs, all directly in one folder."""
    return Paths({name: folder / file.replace("/", "_") for name, file in RULES[rule].outputs.items()})
