"""Transcriptions of the formulas in float64 NumPy, one signal and one class at a time."""

import math

import numpy as np


def softmax(logits):
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def cross_entropy(logits, labels, smoothing=0.0):
    losses = []
    for z, y in zip(logits, labels, strict=True):
        target = np.full(len(z), smoothing / len(z))
        target[y] += 1 - smoothing
        losses.append(-np.sum(target * np.log(softmax(z))))
    return np.array(losses)


def focal(logits, labels, gamma):
    likelihoods = np.array([softmax(z)[y] for z, y in zip(logits, labels, strict=True)])
    return (1 - likelihoods) ** gamma * -np.log(likelihoods)


def ldam_margins(counts, max_margin):
    smallest = min(counts)
    return np.array([max_margin * (smallest / n) ** 0.25 for n in counts])


def margin_cross_entropy(cosines, labels, margins, scale):
    losses = []
    for cosine, y in zip(cosines, labels, strict=True):
        numerator = math.exp(scale * (cosine[y] - margins[y]))
        others = sum(math.exp(scale * value) for j, value in enumerate(cosine) if j != y)
        losses.append(-math.log(numerator / (numerator + others)))
    return np.array(losses)


def logit_adjustment(logits, labels, counts, tau):
    """Menon et al. 2021, eq. 10 in its other form: log(1 + sum over rivals of (prior ratio)^tau exp(difference))."""
    losses = []
    for z, y in zip(logits, labels, strict=True):
        rivals = [(counts[j] / counts[y]) ** tau * math.exp(z[j] - z[y]) for j in range(len(z)) if j != y]
        losses.append(math.log1p(sum(rivals)))
    return np.array(losses)


def effective_number(n, beta):
    """The sum of the geometric series 1 + beta + ... + beta^(n - 1)."""
    return float(np.sum(beta ** np.arange(n, dtype=np.float64)))


def capped_margins(counts, beta, m0, m1, gamma):
    largest = max(effective_number(n, beta) for n in counts)
    margins = []
    for n in counts:
        extra = m0 * (largest / effective_number(n, beta)) ** gamma - m0
        margins.append(m0 if extra == 0 or m1 == 0 else m0 + 1 / (1 / extra + 1 / m1))
    return np.array(margins)


def rarity(counts, beta):
    logs = np.array([math.log(effective_number(n, beta)) for n in counts])
    span = logs.max() - logs.min()
    return (logs.max() - logs) / span if span > 0 else np.zeros(len(logs))


def difficulty(logits, labels, gamma, alpha):
    weights = []
    for z, y in zip(logits, labels, strict=True):
        p = softmax(z)
        weights.append((1 - p[y]) ** gamma * math.exp(alpha * max(np.delete(p, y))))
    return np.array(weights)


def gate_targets(counts, beta, experts):
    """Linear interpolation between the experts' one-hot vectors at equal distances."""
    if experts == 1:
        return np.ones((len(counts), 1))
    knots = np.linspace(0, 1, experts)
    return np.stack([np.interp(rarity(counts, beta), knots, row) for row in np.eye(experts)], axis=1)


def gate_divergence(gate, labels, targets):
    total = 0.0
    for g, y in zip(gate, labels, strict=True):
        total += sum(q * math.log(q / probability) for q, probability in zip(targets[y], g, strict=True) if q > 0)
    return total / len(labels)


def load_balance(gate, usage):
    routed = [np.mean([np.argmax(g) == k for g in gate]) for k in range(len(usage))]
    return sum(f * p / u for f, p, u in zip(routed, gate.mean(axis=0), usage, strict=True))


def class_probabilities(counts, exponent):
    powers = [math.pow(n, exponent) for n in counts]
    return np.array([power / sum(powers) for power in powers])


def mean_one(weights):
    return np.array(weights) * len(weights) / sum(weights)


def cosine_logits(features, weight, scale):
    return np.array([[scale * f @ w / math.sqrt(f @ f) / math.sqrt(w @ w) for w in weight] for f in features])


def tau_normalised_logits(features, weight, tau):
    return np.array([[f @ w / (w @ w) ** (tau / 2) for w in weight] for f in features])


def focal_sigmoid(logits, labels, gamma, alpha=None):
    losses = []
    for z, y in zip(logits, labels, strict=True):
        total = 0.0
        for c, value in enumerate(z):
            p = 1 / (1 + math.exp(-value)) if c == y else 1 / (1 + math.exp(value))
            factor = 1.0 if alpha is None else (alpha if c == y else 1 - alpha)
            total -= factor * (1 - p) ** gamma * math.log(p)
        losses.append(total)
    return np.array(losses)


def expected_cost(logits, labels, matrix):
    """Costs are first divided by the mean of all costs off the diagonal."""
    classes = range(len(matrix))
    mean = np.mean([matrix[i][j] for i in classes for j in classes if i != j])
    return np.array(
        [
            sum(matrix[y][j] / mean * softmax(z)[j] for j in classes if j != y)
            for z, y in zip(logits, labels, strict=True)
        ]
    )


def repeat_factor(n, total, threshold):
    frequency = n / total
    return math.sqrt(threshold / frequency) if frequency < threshold else 1.0


def logits_with_margin(logits, labels, margins, scale):
    """Logits from which scale times the margin of a signal's class is subtracted, at that class."""
    return np.array([z - scale * margins[y] * (np.arange(len(z)) == y) for z, y in zip(logits, labels, strict=True)])


def legacy_margins(counts, beta, m0, gamma):
    numbers = [effective_number(n, beta) for n in counts]
    return np.array([m0 * (max(numbers) / number) ** gamma for number in numbers])


def nearest_class_mean(features, labels, queries, kind, metric):
    """Kang et al. 2020: centred by the mean of all training features, length 1, means of classes as they come."""
    origin = features.mean(axis=0) if kind == "cl2n" else 0 * features[0]

    def transformed(x):
        return x - origin if kind == "un" else (x - origin) / math.sqrt(np.sum((x - origin) ** 2))

    means = [
        np.mean([transformed(x) for x, y in zip(features, labels, strict=True) if y == c], axis=0)
        for c in range(max(labels) + 1)
    ]
    if metric == "cosine":
        return np.array(
            [
                [np.dot(transformed(q), m) / math.dist(transformed(q), 0 * m) / math.dist(m, 0 * m) for m in means]
                for q in queries
            ]
        )
    return np.array([[-(math.dist(transformed(q), m) ** 2) for m in means] for q in queries])


def negative_log_likelihood(logits, labels):
    return float(np.mean(cross_entropy(logits, labels)))
