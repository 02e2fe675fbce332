"""How fast `fit` trains the ResNet-32 of the yardstick, against a bare loop and against the usual loop, in one process.

    python benchmarks/image_step.py [--repeats 5] [--device cpu]

bare: forward, backward and optimizer step on one resident batch, nothing else.
usual: the same network on maps [B, C, H, W], a Dataset that pads, crops and flips each image when it is asked for,
DataLoader, ``.item()`` in every step. Batches of 128, SGD; on a CPU one thread.
"""

import sys

import numpy as np
import torch
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset
from training_step import Run, classifier, compared, parser, prepared_device, usual_loop

from ltsei.config.stages import Stage1

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


def run_usual(settings: Stage1, images: torch.Tensor, labels: torch.Tensor) -> Run:
    model, _ = classifier(settings, images, labels)
    network = torch.nn.Sequential(model.backbone, torch.nn.Linear(model.backbone.out_features, CLASSES))
    network.to(images.device, memory_format=torch.contiguous_format)
    loader = DataLoader(UsualDataset(images.cpu(), labels.cpu()), BATCH, shuffle=True, drop_last=True)
    return usual_loop(network, loader, images.device)


def main() -> None:
    options = parser(__doc__).parse_args()
    device = prepared_device(options)
    rng = np.random.default_rng(0)
    images = torch.from_numpy(rng.random((IMAGES, 32, 32, 3), dtype=np.float32)).to(device)
    labels = torch.from_numpy(rng.permutation(np.arange(IMAGES) % CLASSES)).to(device)
    recipes = {precision: Stage1(**RECIPE, precision=precision) for precision in ("float32", "bf16")}
    usual = run_usual(recipes["float32"], images, labels)
    sys.stdout.write(compared(recipes, usual, images, labels, options.repeats))


if __name__ == "__main__":
    main()
