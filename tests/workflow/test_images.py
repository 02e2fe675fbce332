"""Images run through the same rules as signals, and a model of images is not exported as one of signals."""

import json

from cifar_files import write_cifar10


def test_a_cell_of_images_runs_from_the_batches_to_its_metrics(project, experiments):
    train, _ = write_cifar10(project.root / "data" / "batches")
    experiments["datasets"] = {
        "images": {
            "source": {"name": "cifar", "path": "data/batches"},
            "normalize": "none",
            "split": {"n_max": 10, "selection": "cao2019", "validation": "none"},
        }
    }
    network = {"backbone": {"name": "resnet32", "width": 4, "blocks": 1}, "head": {"name": "linear", "init": "kaiming"}}
    experiments["defaults"]["stage1"] |= {**network, "augmentations": ["random_crop", "horizontal_flip"]}
    methods = ["ce", "crt"]
    block = {"datasets": ["images"], "methods": methods, "imbalance_ratios": [5], "seeds": [0]}
    experiments["experiments"] = {"main": block}
    experiments["methods"] = {name: experiments["methods"][name] for name in methods}
    project.configure(experiments)
    folder = "results/images/ir5/seed0"
    project.snakemake(*(f"{folder}/{method}/metrics.json" for method in methods))
    metrics = [json.loads(text) for text in project.files(f"{folder}/*/metrics.json").values()]
    assert [cell["num_test_signals"] for cell in metrics] == [20, 20]
    meta = json.loads((project.root / "results/images/signals/meta.json").read_text())
    assert meta["signal_shape"] == [32, 32, 3] and sum(meta["train_counts"]) == len(train[1])
    project.ltsei("export", f"{folder}/ce", "--to", "model", status=2)
    assert "only models of signals [length, channels] are exported" in (project.root / "errors.txt").read_text()
    assert not (project.root / "model").exists()
