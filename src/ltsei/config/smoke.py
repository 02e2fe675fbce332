"""A smoke run: every enabled cell for two epochs on few signals, results apart, before a long run is started."""

import math

from ltsei.config.dataset import Dataset
from ltsei.config.experiment import Config
from ltsei.config.stages import Training

FOLDER = "smoke"
EPOCHS = 2
FEWEST = 10
"""Signals of the most frequent class at least; at large ratios as many as leave the rarest class one."""


def small(config: Config) -> Config:
    """Return a configuration with small training sets and a results folder of its own, below the usual one."""
    datasets = {name: _small_dataset(config, name, dataset) for name, dataset in config.datasets.items()}
    return config.model_copy(update={"results": f"{config.results}/{FOLDER}", "datasets": datasets})


def short(settings: Training) -> Training:
    """Return the settings of a training of two epochs."""
    epochs = min(settings.epochs, EPOCHS)
    return settings.model_copy(update={"epochs": epochs, "warmup_epochs": min(settings.warmup_epochs, epochs - 1)})


def _small_dataset(config: Config, name: str, dataset: Dataset) -> Dataset:
    blocks = [config.experiments[block] for block in config.run]
    ratios = [ratio for block in blocks if name in block.datasets for ratio in block.imbalance_ratios]
    numbers = [math.ceil(ratio) + 1 for ratio in ratios if not isinstance(ratio, str)]
    few = max([FEWEST, *numbers])
    if dataset.split.n_max is None:  # what the classes can supply is not known yet
        change = {"n_max": few, "shortage": "take_available"}
    else:
        change = {"n_max": min(few, dataset.split.n_max)}
    return dataset.model_copy(update={"split": dataset.split.model_copy(update=change)})
