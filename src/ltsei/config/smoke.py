"""A smoke run: every enabled cell for two epochs on few signals, results apart, before a long run is started."""

import math

from ltsei.config.dataset import Dataset
from ltsei.config.experiment import Config, Experiment
from ltsei.config.training import Training

FOLDER = "smoke"
EPOCHS = 2
FEWEST = 10
"""Signals of the most frequent class at least; at large ratios as many as leave the rarest class one."""


def small(config: Config) -> Config:
    """Return a configuration with small training sets and a results folder of its own, below the usual one."""
    datasets = {name: _small_dataset(config, name, dataset) for name, dataset in config.datasets.items()}
    blocks = {name: _few_trials(block) for name, block in config.experiments.items()}
    return config.model_copy(
        update={"results": f"{config.results}/{FOLDER}", "datasets": datasets, "experiments": blocks}
    )


def short(settings: Training) -> Training:
    """Return the settings of a training of two epochs."""
    epochs = min(settings.epochs, EPOCHS)
    return settings.model_copy(update={"epochs": epochs, "warmup_epochs": min(settings.warmup_epochs, epochs - 1)})


def _few_trials(block: Experiment) -> Experiment:
    """Return a block with two trials of each method, which do not vary the two epochs."""
    if block.tuning is None:
        return block
    search = {key: value for key, value in block.tuning.search.items() if not key.endswith("epochs")}
    tuning = block.tuning.model_copy(update={"trials": 2, "search": {**search, "epochs": None}})
    return block.model_copy(update={"tuning": tuning})


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
