"""MoE-LTSEI and the public implementation on made-up features: balanced accuracy, mean ± standard error over seeds.

    python benchmarks/original.py [METHOD ...] [--seeds 8]

The features are those of twenty classes: normal distributions around a direction of each class, all shifted by two
standard deviations and cut at zero, as features are after a ReLU and max pooling. Stage 2 and the size of the largest
class are those of `config/experiments.yaml`, then those of `config/guide.yaml`; the ratio is 50 in both.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
import yaml
from snakemake.utils import update_config
from torch import Tensor, nn

from ltsei.config.stages import Stage2
from ltsei.core.context import Context, prior_context
from ltsei.numerics.long_tail import long_tail_counts
from ltsei.pipeline.load import load_matrix
from ltsei.training.device import reproducible
from ltsei.training.fit import fit
from ltsei.training.model import Classifier, extract
from ltsei.training.objective import build_objective
from ltsei.training.stage2 import prepare

Signals = tuple[Tensor, Tensor]
CPU, ROOT = torch.device("cpu"), Path(__file__).parents[1]
CLASSES, RATIO, TEST, WIDTH, DISTANCE, SHIFT = 20, 50, 100, 64, 5.5, 2.0
METHODS = ("crt", "moe_ltsei", "moe_ltsei_original", "moe_ltsei_original_loss")
SIZES = {"experiments.yaml": ("adsb_synth", 500), "guide.yaml": ("adsb_small", 100)}


def recipes(overlay: str, methods: list[str]) -> dict[str, Stage2]:
    """Return the stage 2 of each method in the experiment file below an overlay."""
    config = yaml.safe_load((ROOT / "config/experiments.yaml").read_text(encoding="utf-8"))
    update_config(config, yaml.safe_load((ROOT / "config" / overlay).read_text(encoding="utf-8")))
    matrix = load_matrix(config, ROOT / "workflow/scripts")
    settings = {method: matrix.recipe("stage2", SIZES[overlay][0], method).settings for method in methods}
    return {method: stage for method, stage in settings.items() if isinstance(stage, Stage2)}


def drawn(counts: np.ndarray, centres: np.ndarray, rng: np.random.Generator) -> Signals:
    """Return features [N, D] and labels [N]."""
    labels = np.repeat(np.arange(CLASSES), counts)
    features = np.maximum(SHIFT + centres[labels] + rng.standard_normal((len(labels), WIDTH)), 0)
    return torch.from_numpy(features.astype(np.float32)), torch.from_numpy(labels)


def parts(counts: np.ndarray, seed: int) -> tuple[Signals, Signals]:
    """Return a long-tailed training part and a balanced test part."""
    rng = np.random.default_rng(seed)
    directions = rng.standard_normal((CLASSES, WIDTH))
    centres = DISTANCE * directions / np.linalg.norm(directions, axis=1, keepdims=True)
    return drawn(counts, centres, rng), drawn(np.full(CLASSES, TEST), centres, rng)


def balanced_accuracy(recipe: Stage2, context: Context, train: Signals, test: Signals, seed: int) -> float:
    """Return the balanced accuracy on `test` after stage 2 on `train`."""
    with reproducible(recipe.threads, CPU, seed):
        head = prepare(recipe, context, context.build("heads", "linear")).head
        model, objective = Classifier(nn.Identity(), head), build_objective(recipe, context, seed=seed, device=CPU)
        fit(model, *train, objective, recipe=recipe, seed=seed, purpose="original")
        right = extract(model, [test[0]])[1].logits.argmax(1) == test[1]
    return float(right.float().mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("methods", nargs="*", default=METHODS)
    parser.add_argument("--seeds", type=int, default=8)
    options = parser.parse_args()
    for overlay, (_, largest) in SIZES.items():
        counts = long_tail_counts(largest, RATIO, CLASSES)
        context = prior_context(counts, in_features=WIDTH)
        sys.stdout.write(f"\n| {overlay}, {counts.max()} to {counts.min()} signals | balanced accuracy |\n|---|---|\n")
        for method, recipe in recipes(overlay, options.methods).items():
            data = (parts(counts, seed) for seed in range(options.seeds))
            scores = [balanced_accuracy(recipe, context, *each, seed) for seed, each in enumerate(data)]
            error = np.std(scores, ddof=1) / np.sqrt(len(scores))
            sys.stdout.write(f"| {method} | {np.mean(scores):.3f} ± {error:.3f} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
