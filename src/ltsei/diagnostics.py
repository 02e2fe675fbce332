"""What figures show of one cell beside its metrics, computed from its logits, labels and features (no torch)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ltsei.metrics import ECE_BINS, GROUPS
from ltsei.mixture import mixture

Row = dict[str, Any]
BINS = 20
"""Of the histogram of confidences."""
RECALLS = np.linspace(0, 1, 101)[1:]
"""Where precision is read; at recall 0 it is not defined."""
ALL = "all"
PERPLEXITY, ITERATIONS = 20.0, 500
"""Of the map in the report: neighbourhoods among some five hundred signals, in half a second."""
FACTOR = 3
"""t-SNE takes so many perplexities as neighbours (van der Maaten 2014), which must exist."""


def diagnose(outputs: Mapping[str, np.ndarray], labels: np.ndarray, class_groups: np.ndarray) -> dict[str, Any]:
    """Return what the report shows of a cell beside its metrics, JSON-able.

    Args:
        outputs: of the last stage on the test part: ``test``, logits [N, C]; a mixture also has ``gate`` and
            ``choices``.
        labels: int64 [N].
        class_groups: many, medium or few, for each class, [C].

    Returns:
        ``confidence`` and ``calibration``: as `confidences` and `calibration`; ``mixture``: as `mixture`, None for any
        other head.
    """
    chances = probabilities(outputs["test"])
    is_mixture = {"gate", "choices"} <= set(outputs)
    return {
        "confidence": confidences(chances, labels),
        "calibration": calibration(chances, labels),
        "mixture": mixture(outputs["gate"], outputs["choices"], class_groups[labels]) if is_mixture else None,
    }


def feature_map(sample: np.ndarray, features: np.ndarray, labels: np.ndarray) -> dict[str, list[int]]:
    """Return the map of a backbone's features: ``labels`` of the sample, ``x`` and ``y`` of its t-SNE in thousandths.

    Args:
        sample: indices of some test signals, [M].
        features: of these, [M, D]; the map is empty where they do not vary enough.
        labels: of all test signals, int64 [N].
    """
    places = embedding(features, 2, perplexity=PERPLEXITY, iterations=ITERATIONS)
    if places is None:
        return {}
    x, y = np.rint(1000 * places).astype(int).T.tolist()
    return {"labels": labels[sample].tolist(), "x": x, "y": y}


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Return the softmax of logits [N, C], float64."""
    chances: np.ndarray = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    return chances


def confidences(chances: np.ndarray, labels: np.ndarray) -> list[Row]:
    """Return the histograms of confidence of correct and of wrong predictions, in percent of each."""
    correct = chances.argmax(axis=1) == labels
    rows = []
    for name, chosen in (("correct", correct), ("wrong", ~correct)):
        counts, edges = np.histogram(chances.max(axis=1)[chosen], BINS, (0, 1))
        rows += [
            {"part": name, "low": float(low), "high": float(high), "share": 100 * int(count) / int(chosen.sum())}
            for count, low, high in zip(counts, edges, edges[1:], strict=False)
            if count
        ]
    return rows


def calibration(chances: np.ndarray, labels: np.ndarray) -> list[Row]:
    """Return accuracy and mean confidence in the bins of the calibration error; empty bins are left out."""
    confidence, correct = chances.max(axis=1), chances.argmax(axis=1) == labels
    bins = np.ceil(confidence * ECE_BINS).astype(np.int64).clip(1, ECE_BINS)
    return [
        {
            "low": (number - 1) / ECE_BINS,
            "high": number / ECE_BINS,
            "confidence": float(confidence[bins == number].mean()),
            "accuracy": float(correct[bins == number].mean()),
        }
        for number in np.unique(bins).tolist()
    ]


def precision_recall(chances: np.ndarray, labels: np.ndarray, groups: Sequence[str]) -> list[Row]:
    """Return precision at each recall, one class against the rest, mean over the classes of a group and over all.

    Precision at a recall is that of the highest threshold which reaches it, as in average precision. Classes without
    positives or without negatives are left out.
    """
    counts = np.bincount(labels, minlength=chances.shape[1])
    curves = {
        label: _precision(labels == label, chances[:, label])
        for label in np.flatnonzero((counts > 0) & (counts < len(labels))).tolist()
    }
    rows = []
    for group in (*GROUPS, ALL):
        found = [curve for label, curve in curves.items() if group in (groups[label], ALL)]
        if found:
            pairs = zip(RECALLS.tolist(), np.mean(found, axis=0).tolist(), strict=True)
            rows += [{"group": group, "recall": 100 * recall, "precision": 100 * value} for recall, value in pairs]
    return rows


def top_confusions(confusion: Sequence[Sequence[int]], names: Sequence[str], k: int) -> list[Row]:
    """Return the `k` pairs of classes most often taken one for the other, by share of the true class."""
    rows: list[Row] = [
        {"pair": f"{names[true]} → {names[predicted]}", "share": 100 * count / sum(counts), "count": count}
        for true, counts in enumerate(confusion)
        for predicted, count in enumerate(counts)
        if count and predicted != true
    ]
    return sorted(rows, key=lambda row: (-row["share"], -row["count"]))[:k]


def embedding(features: np.ndarray, dimensions: int, *, perplexity: float, iterations: int) -> np.ndarray | None:
    """Return the t-SNE of features [N, D] in [-1, 1], [N, dimensions] (van der Maaten and Hinton 2008).

    Always the same, since it starts from the first principal components (Kobak and Berens 2019). None where there are
    too few signals or features that vary. The perplexity is at most a third of the other signals.
    """
    from sklearn.manifold import TSNE  # costs a second, so only where it is used
    from threadpoolctl import threadpool_limits

    varying = features[:, features.std(axis=0) > 0]
    if min(varying.shape) <= dimensions:
        return None
    tsne = TSNE(
        n_components=dimensions,
        perplexity=min(perplexity, (len(features) - 1) / FACTOR),
        max_iter=iterations,
        init="pca",
        random_state=0,
    )
    with threadpool_limits(1):  # sums depend on the number of threads in their last bits
        found: np.ndarray = tsne.fit_transform(varying.astype(np.float32))
    found -= (found.max(axis=0) + found.min(axis=0)) / 2
    found /= np.abs(found).max()
    return found


def _precision(positive: np.ndarray, score: np.ndarray) -> np.ndarray:
    order = np.argsort(-score, kind="stable")
    last = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)  # equal scores have one threshold
    hits = np.cumsum(positive[order])[last]
    precision: np.ndarray = hits / (last + 1)
    # The margin takes up the rounding of the recalls.
    return precision[np.searchsorted(hits / hits[-1], RECALLS - 1e-9)]
