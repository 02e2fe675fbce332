"""What each part of a mixture of experts brings in stage 2, on cached features of a finished run.

    snakemake --configfile config/quick.yaml config/tuning.yaml --cores all
    python benchmarks/mixture.py results/tuning/adsb_small --overlays config/quick.yaml [--methods crt moe_ltsei ...]
    python benchmarks/mixture.py results/mitdb/mitdb --overlays config/examples/mitdb.yaml

Stage 2 of each method, as the experiment file below the overlays describes it, is trained on the features of one stage
1 for every ratio and seed of the folder, which is only read. `NAME:KEY=VALUE;KEY=VALUE` is a method with other
parameters, such as `crt:head=cosine`. With `--trials`, each seed chooses among that many trials by
`val_balanced_loss`, as a block with `tuning` does.

The first table compares balanced accuracies on the test part with the first method's, with 95 % intervals by Student's
t over seeds, not corrected for the number of methods. The second says how often the gate's most probable expert is the
one of the signal's class (mean over classes), how its entropy compares with the largest possible, how accurate the same
experts are with equal gate probabilities and with those of the true class, and how alike experts are; all in percent.
"""

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from mixture_gates import PARTS, Cell, accuracy, cells, of_gate
from scipy import stats
from snakemake.utils import update_config

from ltsei.config.search_space import search_space, with_values
from ltsei.config.stages import Stage2
from ltsei.core.run_seeds import training_seed
from ltsei.numerics.validation_scores import balanced_loss
from ltsei.pipeline.load import load_matrix
from ltsei.training import stage2
from ltsei.training.divergence import DivergedError
from ltsei.training.model import restored_component
from ltsei.training.trials import design

CPU, ROOT = torch.device("cpu"), Path(__file__).parents[1]
METHODS = (
    "crt",
    "crt_mixup",
    "crt:head={name: cosine, scale: 10}",
    "moe_ltsei",
    "moe_ltsei_1_expert",
    "moe_ltsei_no_gate",
    "moe_ltsei_no_margin",
    "moe_ltsei_no_difficulty",
    "moe_ltsei_load_balance",
    "moe_ltsei_residual",
    "moe_ltsei_residual:mixer=null",
    "crt_mixup:head={name: cosine, scale: 10}",
)
GATES = ("gate train", "gate val", "gate test", "gate entropy", "uniform gate", "true gate")
GATE_COLUMNS = (*GATES, "expert cosine", "disagreement")
Row = Mapping[str, float]


def recipes(overlays: Sequence[Path], dataset: str, methods: Sequence[str]) -> dict[str, Stage2]:
    """Return the stage 2 of each method in the experiment file below the overlays, with its changes."""
    config = yaml.safe_load((ROOT / "config/experiments.yaml").read_text(encoding="utf-8"))
    for overlay in overlays:
        update_config(config, yaml.safe_load(overlay.read_text(encoding="utf-8")))
    matrix = load_matrix(config, ROOT / "workflow/scripts", files=False)
    return {each: changed(matrix.recipe("stage2", dataset, each.partition(":")[0]).settings, each) for each in methods}


def changed(settings: Stage2, method: str) -> Stage2:
    """Return the settings with the changes that follow the colon of `method`."""
    values = settings.model_dump()
    for change in filter(None, method.partition(":")[2].split(";")):
        name, value = change.split("=", 1)
        *keys, last = name.split(".")
        place = values
        for key in keys:
            place = place[key]
        place[last] = yaml.safe_load(value)
    return Stage2.model_validate(values)


def trained(recipe: Stage2, cell: Cell) -> dict[str, Any]:
    """Return the head after stage 2 and its logits of every part."""
    seed = training_seed(cell.seed)
    result = stage2.train(recipe, cell.stage1, cell.features, cell.labels_train, cell.split, seed=seed, device=CPU)
    head = restored_component({**cell.stage1, **result.checkpoint}, "head").eval()
    with torch.no_grad():
        outputs = {part: head(torch.from_numpy(np.array(cell.features[part]))) for part in PARTS}
    return {"head": head, "outputs": outputs}


def chosen(recipe: Stage2, cell: Cell, trials: int) -> dict[str, Any]:
    """Return what `trained` returns of the trial with the lowest balanced validation loss, diverged ones left out."""
    stages = {"stage2": recipe}
    space = search_space(stages)
    settings = [with_values(stages, design.values(space, trial))["stage2"] for trial in range(max(1, trials))]
    results = []
    for each in settings:
        with suppress(DivergedError):
            results.append(trained(each, cell))
    return min(results, key=lambda result: validation_loss(result, cell))


def validation_loss(result: Mapping[str, Any], cell: Cell) -> float:
    return balanced_loss(result["outputs"]["val"].logits.numpy(), cell.labels["val"])


def measured(result: Mapping[str, Any], cell: Cell) -> dict[str, float]:
    """Return the scores of a head, in percent where they are rates."""
    outputs, head = result["outputs"], result["head"]
    row = {f"{part} accuracy": accuracy(outputs[part].logits, cell.labels[part]) for part in PARTS}
    row |= {"val loss": validation_loss(result, cell), "parameters": sum(each.numel() for each in head.parameters())}
    if "gate" in outputs["test"].extras and outputs["test"].extras["gate"].shape[1] > 1:
        row |= of_gate(result, cell)
    return row


def difference(values: np.ndarray) -> str:
    """Return mean and 95 % t interval of paired differences."""
    if len(values) < 2:
        return f"{values.mean():+.1f}"
    half = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / math.sqrt(len(values))
    return f"{values.mean():+.1f} [{values.mean() - half:+.1f}, {values.mean() + half:+.1f}]"


def write_tables(ratio: str, rows: Mapping[str, Sequence[Row]]) -> None:
    """Write the tables of one ratio."""
    first = np.array([row["test accuracy"] for row in next(iter(rows.values()))])
    heads = ("ratio " + ratio, "test", "difference", "val loss", "val", "train", "parameters")
    sys.stdout.write(f"\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n")
    for method, of_method in rows.items():
        means = {key: np.mean([row[key] for row in of_method]) for key in of_method[0]}
        test = np.array([row["test accuracy"] for row in of_method])
        sd = test.std(ddof=1) if len(test) > 1 else math.nan
        columns = f"{test.mean():.1f} ± {sd:.1f} | {difference(test - first)} | {means['val loss']:.3f}"
        rest = f"{means['val accuracy']:.1f} | {means['train accuracy']:.1f} | {means['parameters']:.0f}"
        sys.stdout.write(f"| {method} | {columns} | {rest} |\n")
    mixtures = {method: of_method for method, of_method in rows.items() if "gate test" in of_method[0]}
    if mixtures:
        sys.stdout.write(f"\n| mixture | {' | '.join(GATE_COLUMNS)} |\n|{'---|' * (len(GATE_COLUMNS) + 1)}\n")
    for method, of_method in mixtures.items():
        means = (np.mean([row.get(key, math.nan) for row in of_method]) for key in GATE_COLUMNS)
        sys.stdout.write(f"| {method} | {' | '.join(f'{mean:.1f}' for mean in means)} |\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="results of one data set")
    parser.add_argument(
        "--dataset", default="", help="its name in the experiment file; that of the folder unless given"
    )
    parser.add_argument("--overlays", type=Path, nargs="*", default=[], help="as after --configfile")
    parser.add_argument("--stage1", default="ce", help="method whose features are used")
    parser.add_argument("--methods", nargs="+", default=METHODS, help="with a stage 2 on features")
    parser.add_argument("--ratios", nargs="*", default=[], help="all unless given")
    parser.add_argument("--trials", type=int, default=0, help="trials of each method; 0: its recipe")
    parser.add_argument("--rows", type=Path, help="JSON file for the scores of each seed")
    options = parser.parse_args()
    stages = recipes(options.overlays, options.dataset or options.folder.name, options.methods)
    of_ratio: dict[str, dict[str, list[Row]]] = {}
    for cell in cells(options.folder, options.stage1, options.ratios):
        rows = of_ratio.setdefault(cell.ratio, {method: [] for method in stages})
        for method, recipe in stages.items():
            rows[method].append(measured(chosen(recipe, cell, options.trials), cell))
    if options.rows:
        options.rows.write_text(json.dumps(of_ratio, indent=1), encoding="utf-8")
    for ratio, rows in of_ratio.items():
        write_tables(ratio, rows)


if __name__ == "__main__":
    main()
