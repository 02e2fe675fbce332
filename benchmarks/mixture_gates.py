"""Cells of finished runs with cached features, and what the gate of a mixture does on them."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ltsei.components.heads.moe_cosine import MoeCosine
from ltsei.data.split import Split, read_split
from ltsei.numerics.confusion import balanced_accuracy
from ltsei.runtime import checkpoint
from ltsei.training.model import restored_context

PARTS = ("train", "val", "test")


@dataclass(frozen=True)
class Cell:
    """Stage 1 of one ratio and seed: its checkpoint, the features and labels of each part."""

    ratio: str
    seed: str
    stage1: Mapping[str, Any]
    features: Mapping[str, np.ndarray]
    labels_train: np.ndarray
    labels: Mapping[str, np.ndarray]
    split: Split


def cells(folder: Path, stage1: str, ratios: Sequence[str]) -> Iterator[Cell]:
    """Yield every ratio and seed of a data set's results that has features."""
    labels_train, labels_test = (np.load(folder / f"signals/labels_{part}.npy") for part in ("train", "test"))
    for path in sorted(folder.glob(f"ir*/seed*/{stage1}/features/test.npy")):
        method, ratio, seed = path.parents[1], path.parents[3].name[2:], path.parents[2].name[4:]
        if ratios and ratio not in ratios:
            continue
        split = read_split(method.parent / "split.npz")
        labels = {"train": labels_train[split.train], "val": labels_train[split.val], "test": labels_test}
        features = {part: np.load(path.with_name(f"{part}.npy")) for part in PARTS}
        yield Cell(ratio, seed, checkpoint.load(method / "stage1/model.pt"), features, labels_train, labels, split)


def accuracy(logits: Tensor, labels: np.ndarray) -> float:
    return 100 * balanced_accuracy(labels, logits.argmax(1).numpy(), logits.shape[1])


def of_gate(result: Mapping[str, Any], cell: Cell) -> dict[str, float]:
    """Return what the gate does: how often it names the expert of the class, its entropy, and what others would do."""
    loss = restored_context(cell.stage1).build("losses", {"name": "moe_ltsei"})
    gates = {part: result["outputs"][part].extras["gate"] for part in PARTS}
    experts = gates["test"].shape[1]
    targets = loss.gate_terms.targets(experts)
    expert = targets.argmax(1).numpy()
    row = {}
    for part, gate in gates.items():
        right = gate.argmax(1).numpy() == expert[cell.labels[part]]
        by_class = [right[cell.labels[part] == c].mean() for c in np.unique(cell.labels[part])]
        row[f"gate {part}"] = 100 * float(np.mean(by_class))
    entropy = -torch.xlogy(gates["test"], gates["test"]).sum(1).mean() / math.log(experts)
    row["gate entropy"] = 100 * float(entropy)
    if isinstance(result["head"], MoeCosine):
        row |= of_experts(result["head"], cell, targets)
    return row


def of_experts(head: MoeCosine, cell: Cell, targets: Tensor) -> dict[str, float]:
    """Return the test accuracy of a cosine mixture with other gates, and how alike its experts are."""
    functional = torch.nn.functional
    weight = functional.normalize(head.weight.detach(), dim=2)
    unit = functional.normalize(torch.from_numpy(np.array(cell.features["test"]))[:, : weight.shape[2]], dim=1)
    cosines = torch.einsum("bd,ecd->bec", unit, weight)
    labels = cell.labels["test"]
    uniform, oracle = cosines.mean(1), (targets[labels][:, :, None] * cosines).sum(1)
    pairs = torch.triu_indices(len(weight), len(weight), 1)
    alike = (weight[pairs[0]] * weight[pairs[1]]).sum(2).mean()
    choices = cosines.argmax(2)
    disagreement = (choices[:, pairs[0]] != choices[:, pairs[1]]).float().mean()
    return {
        "uniform gate": accuracy(uniform, labels),
        "true gate": accuracy(oracle, labels),
        "expert cosine": 100 * float(alike),
        "disagreement": 100 * float(disagreement),
    }
