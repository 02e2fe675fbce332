"""Maps of a representation: its features in two or three dimensions (no torch; scikit-learn takes a second to load)."""

import numpy as np
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

PERPLEXITY, ITERATIONS = 20.0, 500
"""Of the map in the report: neighbourhoods among some five hundred signals, in half a second."""
FACTOR = 3
"""t-SNE takes so many perplexities as neighbours (van der Maaten 2014), which must exist."""


def feature_map(sample: np.ndarray, features: np.ndarray, labels: np.ndarray) -> dict[str, list[int]]:
    """Return the map of a backbone's features: ``labels`` of the sample, ``x`` and ``y`` of its t-SNE in thousandths.

    Args:
        sample: indices of some test signals, [M].
        features: of these, [M, D]; the map is empty where they do not vary enough.
        labels: of all test signals, int64 [N].
    """
    places = tsne(features, 2, perplexity=PERPLEXITY, iterations=ITERATIONS)
    if places is None:
        return {}
    x, y = np.rint(1000 * places).astype(int).T.tolist()
    return {"labels": labels[sample].tolist(), "x": x, "y": y}


def tsne(features: np.ndarray, dimensions: int, *, perplexity: float, iterations: int) -> np.ndarray | None:
    """Return the t-SNE of features [N, D] in [-1, 1], [N, dimensions] (van der Maaten and Hinton 2008).

    Always the same, since it starts from the first principal components (Kobak and Berens 2019). None where there are
    too few signals or features that vary. The perplexity is at most a third of the other signals.
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
        found: np.ndarray = method.fit_transform(varying.astype(np.float32))
    found -= (found.max(axis=0) + found.min(axis=0)) / 2
    found /= np.abs(found).max()
    return found
