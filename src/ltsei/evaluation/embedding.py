"""Maps of a representation: its features in two or three dimensions."""

import numpy as np
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

PERPLEXITY, ITERATIONS = 20.0, 500
"""Of the map in the report: about five hundred signals, half a second."""
FACTOR = 3
"""t-SNE uses this many times the perplexity as neighbours (van der Maaten 2014), which must exist."""


def feature_map(sample: np.ndarray, features: np.ndarray, labels: np.ndarray) -> dict[str, list[int]]:
    """Return a map of a backbone's features: ``labels`` of the sample, ``x`` and ``y`` of its t-SNE in thousandths.

    Args:
        sample: indices of some test signals, [M].
        features: of these signals, [M, D]; the map is empty where they do not vary enough.
        labels: of all test signals, int64 [N].
    """
    points = tsne(features, 2, perplexity=PERPLEXITY, iterations=ITERATIONS)
    if points is None:
        return {}
    x, y = np.rint(1000 * points).astype(int).T.tolist()
    return {"labels": labels[sample].tolist(), "x": x, "y": y}


def tsne(features: np.ndarray, dimensions: int, *, perplexity: float, iterations: int) -> np.ndarray | None:
    """Return the t-SNE of features [N, D] in [-1, 1], [N, dimensions] (van der Maaten and Hinton 2008).

    Deterministic, since it starts from the first principal components (Kobak and Berens 2019). None where there are
    too few signals or varying features. The perplexity is at most a third of the number of other signals.
    """
    varying = features[:, features.std(axis=0) > 0]
    if min(varying.shape) <= dimensions:
        return None
    method = TSNE(
        n_components=dimensions,
        perplexity=min(perplexity, (len(features) - 1) / FACTOR),
        max_iter=iterations,
        init="pca",
        random_state=0,
    )
    with threadpool_limits(1):  # sums depend on the number of threads in their last bits
        points: np.ndarray = method.fit_transform(varying.astype(np.float32))
    points -= (points.max(axis=0) + points.min(axis=0)) / 2
    points /= np.abs(points).max()
    return points
