"""What the stages of a trial share: the data of the cell, where files lie, and the attempt."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ltsei.data.split import Split
from ltsei.data.store import Store
from ltsei.runtime.attempt import Attempt


@dataclass(frozen=True)
class CellOfTrial:
    """The cell whose trials are run: its signals, seed and device, and the attempt at one stage of one trial."""

    store: Store
    split: Split
    seed: int
    device: torch.device
    attempt: Attempt

    @property
    def options(self) -> dict[str, Any]:
        """Keyword arguments of every training."""
        return {"seed": self.seed, "device": self.device, "attempt": self.attempt}


class InputPaths(dict[str, str]):
    """Input name -> path, also by attribute, as Snakemake passes inputs to a script."""

    def __getattr__(self, name: str) -> str:
        """Return the path of an input."""
        return self[name]


class FolderOfOutputs:
    """The outputs of a stage: each a file in one folder that has the output's name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getattr__(self, name: str) -> str:
        """Return the path of an output."""
        return str(self.folder / name)
