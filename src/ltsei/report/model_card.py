"""The model card of an exported cell, in Markdown: data, classes, recipe, metrics, calibration, provenance, limits."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ltsei.core import files
from ltsei.evaluation.metric_labels import METRICS
from ltsei.pipeline.deployment.exported import Exported
from ltsei.report import result_files
from ltsei.report.number_text import shown
from ltsei.report.tables.markdown import markdown_text, pipes

OVERALL = (
    "balanced_accuracy",
    "overall_accuracy",
    "many_accuracy",
    "medium_accuracy",
    "few_accuracy",
    "macro_f1",
    "g_mean",
    "worst_class_recall",
    "macro_auroc",
    "ece",
    "nll",
)
SOURCES = {"class": "its own", "rare": "all rare classes", "all": "all classes"}
STAGES = (
    *("backbone", "head", "mode", "loss", "sampler", "class_weights", "signals"),
    *("epochs", "batch_size", "lr", "steps"),
)
"""Settings of a stage that the card shows; the whole recipe is in model.json."""


def write_model_card(path: str | Path, exported: Exported, cell: Path, of_test: Mapping[str, Any]) -> None:
    """Write the model card.

    Args:
        path: of the file.
        exported: the model.
        cell: folder of the cell, which has its metrics.
        of_test: what `on_test.on_test` returns.
    """
    metrics = result_files.parsed(str(cell / "metrics.json"), dict, dict[str, Any]())
    classes = result_files.per_class(str(cell / "per_class.csv"))
    blocks = [
        *_about(exported),
        *_data(exported, classes, of_test),
        *_recipe(exported.description["recipe"]),
        *_metrics(metrics),
        *_calibration(exported, of_test),
        *_limits(exported),
        *_provenance(exported),
    ]
    files.write_text(path, "\n\n".join(blocks) + "\n")


def _about(exported: Exported) -> Iterator[str]:
    known, cell = exported.description, exported.description["cell"]
    length, channels = exported.signal_shape
    rate = known["sample_rate_hz"]
    title = f"{cell['method']} on {cell['dataset']}, ratio {cell['ir']}, seed {cell['seed']}"
    yield f"# Model card: {markdown_text(title)}"
    yield (
        f"A classifier of {len(exported.class_names)} emitters from single signals of {length} samples and {channels} "
        f"channels, sampled at {'an unknown rate' if rate is None else f'{rate / 1e6:g} MHz'}; "
        f"{known['num_parameters']:,} parameters, {known['precision']}. Longer signals are cut at the end, shorter "
        f"ones padded with zeros; normalisation: {known['normalize']}. To label signals: "
        "`ltsei predict FOLDER recordings.npz`, where FOLDER is that of this file."
    )


def _data(exported: Exported, classes: Sequence[Mapping[str, Any]], of_test: Mapping[str, Any]) -> Iterator[str]:
    counts = exported.description["counts"]
    sets = of_test["sets"] or {"class_coverage": [None] * len(classes)}
    rows = [
        [
            markdown_text(row["class_name"]),
            row["group"],
            *(str(counts[part][label]) for part in ("train", "val", "test")),
            *(_percent(row[name]) for name in ("recall", "precision", "f1")),
            _percent(sets["class_coverage"][label]),
        ]
        for label, row in enumerate(classes)
    ]
    columns = ["class", "group", "training", "validation", "test", "recall", "precision", "F1", "coverage"]
    yield "## Classes"
    yield (
        "Signals of each part, and scores on the test part in percent. Coverage: how often the prediction set of a "
        "signal holds its class."
    )
    yield pipes(columns, rows)
    yield from map(markdown_text, exported.description["split_notes"])


def _recipe(recipe: Mapping[str, Any]) -> Iterator[str]:
    yield "## Recipe"
    rows = [
        [stage, key, markdown_text(_component(settings[key]))]
        for stage, settings in recipe.items()
        for key in STAGES
        if settings.get(key) is not None and stage not in ("features", "evaluate")
    ]
    yield pipes(["stage", "setting", "value"], rows)
    yield "The whole recipe is in `model.json`."


def _component(value: Any) -> str:
    """Return a setting on one line: the name of a component and its parameters."""
    if isinstance(value, list):
        return ", ".join(map(_component, value))
    if not isinstance(value, dict):
        return str(value)
    parameters = ", ".join(
        f"{key} {_component(each)}" for key, each in value.items() if key != "name" and each is not None
    )
    name = str(value.get("name", ""))
    return f"{name} ({parameters})" if parameters else name


def _metrics(metrics: Mapping[str, Any]) -> Iterator[str]:
    yield "## Metrics on the test part"
    rows = [
        [METRICS[name].label, shown(metrics[name], METRICS[name].unit)]
        for name in OVERALL
        if metrics.get(name) is not None
    ]
    yield pipes(["metric, fractions in percent", "value"], rows)


def _calibration(exported: Exported, of_test: Mapping[str, Any]) -> Iterator[str]:
    fitted, number = exported.calibration, sum(exported.description["counts"]["val"])
    yield "## Calibration, rejection, prediction sets"
    if fitted.temperature is None:
        yield "The cell has no validation signals: probabilities are not calibrated, and nothing is rejected."
        return
    yield f"All fitted on {number} validation signals. Temperature: {fitted.temperature:.4g}."
    yield f"Thresholds keep {100 * fitted.keep:g} % of the validation signals; a signal with a lower score is rejected:"
    rows = [
        [name, f"{threshold:.5g}", _percent(of_test["kept"][name])] for name, threshold in fitted.thresholds.items()
    ]
    yield pipes(["score", "threshold", "test signals kept, %"], rows)
    if fitted.sets is not None:
        own = ", ".join(f"{text}: {fitted.sets.sources.count(key)}" for key, text in SOURCES.items())
        sets = of_test["sets"]
        yield (
            f"Prediction sets ({fitted.sets.kind}), nominal coverage {100 * fitted.sets.coverage:g} %; on test "
            f"{sets['coverage']:.1%}, {sets['mean_size']:.2f} classes per set, {sets['empty']:.1%} of the sets empty. "
            f"Classes by whose validation signals set the threshold: {own}."
        )


def _limits(exported: Exported) -> Iterator[str]:
    counts = exported.description["counts"]["val"]
    few = sum(count < 10 for count in counts)
    yield "## Limits"
    lines = [
        "It knows the emitters above and no others. Rejection is calibrated on known emitters alone; how many unknown "
        "ones it catches depends on these and is not known.",
        "Receiver, sampling rate and pre-processing must be those of the training signals; another receiver is a "
        "change that none of the numbers above covers.",
        "Probabilities and prediction sets hold for signals distributed as the validation part, classes as frequent as "
        f"there included. {few} of {len(counts)} classes have fewer than 10 validation signals.",
        "The same validation signals also chose epochs and parameters where the recipe chooses any.",
    ]
    yield "\n".join(f"- {line}" for line in lines)


def _provenance(exported: Exported) -> Iterator[str]:
    known = exported.description
    yield "## Provenance"
    rows = [[level, f"`{fingerprint}`"] for level, fingerprint in known["fingerprints"].items()]
    yield pipes(["made from", "fingerprint"], rows)
    trained = [made for rule, made in known["made"].items() if rule != "evaluate"][-1:]
    yield from (
        f"Trained with {', '.join(f'{name} {version}' for name, version in made['software'].items())}, commit "
        f"{made['commit'] or 'unknown'}."
        for made in trained
    )
    again = known["reproduction"]
    if again["signals"]:
        yield (
            f"Exported logits of {again['signals']} validation signals differ from those of the training by at most "
            f"{again['largest_difference']:.2g}; {again['other_class']} of these signals have another class."
        )


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}"
