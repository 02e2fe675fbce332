"""A loss for tests which misbehaves in the middle of a training, but not while components are checked."""

import os
import subprocess
import time

import torch
from torch import nn

from ltsei.components.losses._shared import Batch, LossValue, negative_log_likelihood
from ltsei.core.context import Context


class Misbehaving(nn.Module):
    """Cross-entropy that misbehaves in the way that `how` names."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self.how, self.minutes, self.memory = how, None, None

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal."""
        loss = negative_log_likelihood(batch.logits, batch.labels)
        if not 0.3 < batch.progress < 0.5:
            return LossValue(loss)
        if self.how == "raises":
            raise RuntimeError("the mixer is off\n2026-01-01 00:00:00,000 ERROR forged")
        if self.how == "limited":
            self.minutes = self.minutes or minutes_left()
            time.sleep(1 if self.minutes == "0" else 0)
        if self.how in ("hungry", "greedy") and self.memory is None:
            self.memory = torch.ones(300_000_000)
            time.sleep(4)
        return LossValue(loss * float("nan") if self.how == "diverges" else loss)


def minutes_left() -> str:
    """Return how many minutes this job has until its time limit in Slurm."""
    command = ["squeue", "--noheader", "--format=%L", "--jobs", os.environ["SLURM_JOB_ID"]]
    return subprocess.check_output(command, text=True).strip().split(":")[0]


def build(context: Context, *, how: str) -> Misbehaving:
    """Return the loss; `how` is raises, hungry, greedy, limited or diverges; anything else is cross-entropy alone."""
    return Misbehaving(how)
