"""Where the report finds the files of one cell of the matrix."""

from collections.abc import Mapping
from dataclasses import dataclass

from ltsei.core.run_seeds import RunSeed
from ltsei.report.searches import SearchFiles


@dataclass(frozen=True)
class CellFiles:
    """Where the files of one cell are expected; any of them may be absent.

    Attributes:
        dataset: name of the data set.
        ir: imbalance ratio in its canonical text, such as ``100``, ``2.5``, ``natural``.
        seed: of the experiment.
        method: name of the method.
        title: its name for readers.
        kind: its kind, such as ``re-weighting``.
        rank: position of the method in the configuration, from 0; it sets the method's colour in every report.
        blocks: the experiments that contain this cell.
        metrics: path of metrics.json; without this file the cell is not done.
        per_class: path of per_class.csv.
        confusion: path of confusion.csv (header of class names, row = true class).
        recipe: path of recipe.json.
        histories: (stage, history.csv) of every stage that the cell uses, whichever method owns it.
        benchmarks: (stage, owning method, Snakemake's benchmark file); the owner is empty for work all methods share.
        expected: level -> fingerprint under the present configuration and code.
        logs: of the jobs that the cell needs, in the order in which they run.
        sweep: path of the values that post-hoc steps tried; empty for a method without such steps.
        diagnostics: path of diagnostics.json: histograms and expert usage, beside the metrics.
        map: path of the map.json of its backbone.
        logits_test: path of the test logits of its last stage; empty unless the predictions for its signals are shown.
        labels_test: path of the labels of the test part; empty like `logits_test`.
        predictions: path of the predictions for all test signals; empty like `logits_test`.
        origin: the data set whose prepared signals a derived one uses; empty for its own.
        untuned: the method that this one is the tuned version of; empty for others.
        searches: the trials of the method, and of those tuned methods that it builds on, before them.
        is_oracle: whether the method trains on signals from outside the long-tailed set.
        is_transductive: whether the method learns from the test signals, without labels.
        selection: path of the comparison with a choice on the test part; empty where nothing is chosen.
        domains: path of the metrics by domain; empty where signals have no domains.
        open_set: path of the open-set metrics; empty where no class is unknown.
        test_conditions: path of the scores on disturbed test signals; empty without conditions.
        test_priors: path of the accuracies under other test priors; empty without priors.
    """

    dataset: str
    ir: str
    seed: RunSeed
    method: str
    title: str
    kind: str
    rank: int
    blocks: tuple[str, ...]
    metrics: str
    per_class: str
    confusion: str
    recipe: str
    histories: tuple[tuple[str, str], ...]
    benchmarks: tuple[tuple[str, str, str], ...]
    expected: Mapping[str, str]
    logs: tuple[str, ...]
    sweep: str
    diagnostics: str
    map: str
    logits_test: str = ""
    labels_test: str = ""
    predictions: str = ""
    origin: str = ""
    untuned: str = ""
    searches: tuple[SearchFiles, ...] = ()
    is_oracle: bool = False
    is_transductive: bool = False
    selection: str = ""
    domains: str = ""
    open_set: str = ""
    test_conditions: str = ""
    test_priors: str = ""
