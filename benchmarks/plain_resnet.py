"""The yardstick's cross-entropy in a plain PyTorch loop in float32, which shares no code with the package.

    python benchmarks/plain_resnet.py results/yardstick_jpeg/cifar10_lt/ir100/seed0 [--epochs 50] [--seed 0]

Network, initialisation, augmentation, optimizer and schedule are written anew from He et al. (2016) and from the
protocol of Cao et al. (2019); the folder gives the images and which of them are trained on. If its accuracy is that of
the matrix, a gap to published numbers lies in the images, not in the training. The rate falls at four fifths and at
nine tenths of the epochs, after a warm-up of a fortieth, as in the protocol's 200 epochs.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

BATCH, RATE, DECAY, PAD, CLASSES = 128, 0.1, 2e-4, 4, 10
MEAN, DEVIATION = (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)


class BasicBlock(nn.Module):
    """Two convolutions beside a shortcut that skips pixels and adds empty channels."""

    def __init__(self, inner: int, outer: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inner, outer, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outer)
        self.conv2 = nn.Conv2d(outer, outer, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outer)
        self.stride, self.extra = stride, outer - inner

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        same = x[:, :, :: self.stride, :: self.stride]
        return functional.relu(out + functional.pad(same, (0, 0, 0, 0, self.extra // 2, self.extra // 2)))


class ResNet32(nn.Module):
    """Three groups of five blocks with 16, 32 and 64 channels."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.bn = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        sizes = [(16, 16, 1)] * 5 + [(16, 32, 2)] + [(32, 32, 1)] * 4 + [(32, 64, 2)] + [(64, 64, 1)] * 4
        self.blocks = nn.Sequential(*(BasicBlock(*size) for size in sizes))
        self.linear = nn.Linear(64, CLASSES)
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(module.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        maps = self.blocks(functional.relu(self.bn(self.stem(x))))
        return self.linear(maps.mean((2, 3)))


def rate(epoch: int, epochs: int) -> float:
    """Return the learning rate of an epoch, counted from 1."""
    warm = max(1, epochs // 40)
    if epoch <= warm:
        return RATE * epoch / warm
    return RATE * (1e-4 if epoch > 0.9 * epochs else 1e-2 if epoch > 0.8 * epochs else 1)


def augmented(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return images [B, 32, 32, 3], each cropped from a black frame and mirrored half the time."""
    padded = np.pad(images, ((0, 0), (PAD, PAD), (PAD, PAD), (0, 0)))
    size = images.shape[1]
    for number, (top, left) in enumerate(rng.integers(0, 2 * PAD + 1, (len(images), 2))):
        crop = padded[number, top : top + size, left : left + size]
        images[number] = crop[:, ::-1] if rng.random() < 0.5 else crop
    return images


def standardised(images: np.ndarray) -> torch.Tensor:
    """Return images as [B, 3, 32, 32] in channels-last memory, which is faster."""
    scaled = ((images - np.array(MEAN)) / np.array(DEVIATION)).astype(np.float32)
    return torch.from_numpy(scaled).permute(0, 3, 1, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="of a split of CIFAR-10-LT")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    rng, store = np.random.default_rng(options.seed), options.folder.parents[1] / "signals"
    chosen = np.sort(np.load(options.folder / "split.npz")["train"])
    images, labels = (np.load(store / name, mmap_mode="r")[chosen] for name in ("train.npy", "labels_train.npy"))
    network = ResNet32().to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(network.parameters(), RATE, momentum=0.9, weight_decay=DECAY)
    start = time.process_time()
    for epoch in range(1, options.epochs + 1):
        optimizer.param_groups[0]["lr"] = rate(epoch, options.epochs)
        order, right = rng.permutation(len(labels)), 0
        network.train()
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            targets = torch.from_numpy(labels[batch])
            logits = network(standardised(augmented(images[batch], rng)))
            optimizer.zero_grad()
            functional.cross_entropy(logits, targets).backward()
            optimizer.step()
            right += int((logits.argmax(1) == targets).sum())
        spent = time.process_time() - start
        sys.stdout.write(f"epoch {epoch}: training accuracy {right / len(labels):.4f}, {spent:.0f} CPU s\n")
        sys.stdout.flush()
    network.eval()
    tested, truth = (np.load(store / name, mmap_mode="r") for name in ("test.npy", "labels_test.npy"))
    with torch.no_grad():
        batches = (standardised(np.array(tested[k : k + 500])) for k in range(0, len(tested), 500))
        predicted = torch.cat([network(batch).argmax(1) for batch in batches]).numpy()
    recalls = [np.mean(predicted[truth == label] == label) for label in range(CLASSES)]
    sys.stdout.write(f"balanced accuracy {np.mean(recalls):.2%}, recalls {np.round(recalls, 3).tolist()}\n")


if __name__ == "__main__":
    main()
