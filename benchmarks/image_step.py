"""How fast `fit` trains the ResNet-32 of the yardstick, against a bare loop and against the usual loop, in one process.

    python benchmarks/image_step.py [--repeats 5] [--device cpu]

bare: forward, backward and optimizer step on one resident batch, nothing else.
usual: the same network on maps [B, C, H, W], a Dataset that pads, crops, flips and standardises each image when it is
asked for, DataLoader, ``.item()`` in every step. Batches of 128, SGD; on a CPU one thread.
"""

import argparse
import sys
from collections.abc import Callable

import numpy as np
import torch
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset
from training_step import classifier, compared, run_bare, run_fit

from ltsei.config.stages import Stage1
from ltsei.training.device import choose_device

CLASSES, IMAGES, BATCH, PAD = 10, 1280, 128, 4
RECIPE = {
    "backbone": "resnet32",
    "head": "linear",
    "loss": "cross_entropy",
    "sampler": "instance_balanced",
    "augmentations": [{"name": "random_crop", "p": 1.0, "pad": PAD}, {"name": "horizontal_flip", "p": 0.5}],
    "normalize": "none",
    "epochs": 1,
    "batch_size": BATCH,
    "lr": 0.01,
    "weight_decay": 2e-4,
}


class UsualDataset(Dataset):
    """Images that are padded, cropped and flipped one by one when they are asked for."""

    def __init__(self, images: torch.Tensor, labels: torch.Tensor) -> None:
        self.images, self.labels = images.permute(0, 3, 1, 2).contiguous(), labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        size = self.images.shape[-1]
        padded = functional.pad(self.images[index], (PAD,) * 4)
        top, left = torch.randint(2 * PAD + 1, (2,)).tolist()
        image = padded[:, top : top + size, left : left + size]
        return image.flip(-1) if torch.rand(()) < 0.5 else image, self.labels[index]


def run_usual(settings: Stage1, images: torch.Tensor, labels: torch.Tensor) -> Callable[[], None]:
    model, _ = classifier(settings, images, labels)
    network = torch.nn.Sequential(model.backbone, torch.nn.Linear(model.backbone.out_features, CLASSES))
    network.to(images.device, memory_format=torch.contiguous_format)
    optimizer = torch.optim.SGD(network.parameters(), settings.lr, momentum=0.9, weight_decay=settings.weight_decay)
    loader = DataLoader(UsualDataset(images.cpu(), labels.cpu()), BATCH, shuffle=True, drop_last=True)

    def loop() -> None:
        network.train()
        total = 0.0
        for batch, targets in loader:
            loss = functional.cross_entropy(network(batch.to(images.device)), targets.to(images.device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()

    return loop


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    options = parser.parse_args()
    device = choose_device(argparse.Namespace(device=options.device, jobs_per_device=1))
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    images = torch.from_numpy(rng.random((IMAGES, 32, 32, 3), dtype=np.float32)).to(device)
    labels = torch.from_numpy(rng.permutation(np.arange(IMAGES) % CLASSES)).to(device)
    settings = {precision: Stage1(**RECIPE, precision=precision) for precision in ("float32", "bf16")}
    loops = {"usual, float32": run_usual(settings["float32"], images, labels)}
    for precision, recipe in settings.items():
        loops[f"bare, {precision}"] = run_bare(recipe, images, labels)
        loops[f"fit, {precision}"] = run_fit(recipe, images, labels)
    sys.stdout.write(compared(loops, IMAGES, options.repeats, device))


if __name__ == "__main__":
    main()
