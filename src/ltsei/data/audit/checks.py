"""The checks of the audit, each of which gives findings."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ltsei.data.audit import copies, features, message, probe
from ltsei.data.audit.finding import Finding, Verdict, percent
from ltsei.data.audit.probe import Classifier, Score
from ltsei.data.audit.sample import AuditSample

PHYSICAL = {
    "amplitude": ("Level", "root mean square"),
    "snr": ("Noise", "estimated signal-to-noise ratio"),
    "envelope": ("Envelope", "course of the energy and length"),
    "carrier_offset": ("Carrier offset", "mean frequency"),
}
"""Name -> heading and words of each measure of `features`."""
MOST_CATEGORIES = 1000
REPEATED, MOSTLY = 0.01, 0.5
"""Shares of signals with a repeated address that are worth a look, and a leak."""


@dataclass(frozen=True)
class Probe:
    """A classifier to be judged: check, heading, the words for its features, score, whether hardware may cause it."""

    name: str
    title: str
    what: str
    score: Score | None
    physical: bool


def physical_probes(sample: AuditSample) -> Iterator[Probe]:
    """Yield what level, noise, envelope and carrier give away."""
    names = [name for name in PHYSICAL if name != "carrier_offset" or sample.meta.signal_shape[-1] == 2]
    train, test = (features.measure(part, names) for part in (sample.train, sample.test))
    for name in names:
        yield Probe(name, *PHYSICAL[name], _score(sample, train[name], test[name], "forest"), physical=True)


def key_probes(sample: AuditSample) -> Iterator[Probe]:
    """Yield what recording, time and domains give away."""
    for name, (train, test) in sample.keys.items():
        title, what = f"{name.capitalize()} of the signal", name
        if train.dtype.kind in "iuf" and name == "time":
            yield Probe(name, title, what, _score(sample, train[:, None], test[:, None], "forest"), physical=False)
            continue
        known = np.unique(train)[:MOST_CATEGORIES]
        columns = [probe.one_hot(values, known) for values in (train, test)]
        yield Probe(name, title, what, _score(sample, columns[0], columns[1], "logistic"), physical=False)


def message_checks(sample: AuditSample) -> tuple[list[Probe], list[Finding]]:
    """Return what the bits of Mode S messages give away, and whether their address does; nothing of other signals."""
    readings = _readings(sample)
    if not readings:
        return [], [Finding("message", "Message", "not checked", _NO_MESSAGES)]
    convincing = [parts for parts in readings if _repeated(sample, *parts)[0] >= MOSTLY]
    train, test = (convincing or readings)[0]
    score = _score(sample, train.bits.astype(float), test.bits.astype(float), "logistic")
    bits = Probe("bits", "Bits of the message", "demodulated bits", score, physical=False)
    return [bits], [_address_finding(sample, train, test)]


_NO_MESSAGES = (
    "Bits and address were not read: the signals are not Mode S messages of a known sampling rate (DF 17, I and Q, "
    "preamble at the start)."
)


def _readings(sample: AuditSample) -> list[tuple[message.Messages, message.Messages]]:
    rate, readings = sample.meta.sample_rate_hz or 0.0, []
    for mask in message.masks(sample.meta):
        train = message.read(sample.train, mask, rate)
        if message.are_squitters(train.bits):
            readings.append((train, message.read(sample.test, mask, rate)))
    return readings


def _repeated(sample: AuditSample, train: message.Messages, test: message.Messages) -> tuple[float, int, int]:
    """Return the share of signals whose address others of their class repeat, and how many have that of their class.

    The share is over classes of two or more signals. The last number is that of all signals.
    """
    if train.addresses is None or test.addresses is None:
        return 0.0, 0, 0
    addresses = np.concatenate([train.addresses, test.addresses])
    labels = np.concatenate([sample.train.labels, sample.test.labels])
    owners = {address: set(labels[addresses == address].tolist()) for address in np.unique(addresses).tolist()}
    same, alone = 0, 0
    for label in np.unique(labels):
        values, counts = np.unique(addresses[labels == label], return_counts=True)
        own = int(counts.max()) if len(owners[int(values[counts.argmax()])]) == 1 else 0
        alone += own if counts.sum() == 1 else 0
        same += own if own > 1 else 0
    several = int(np.sum(np.bincount(labels)[labels] > 1))
    return same / max(several, 1), same + alone, len(labels)


def _address_finding(sample: AuditSample, train: message.Messages, test: message.Messages) -> Finding:
    title = "Address in the message"
    if train.addresses is None or test.addresses is None:
        return Finding("address", title, "nothing found", "Address and parity are hidden: the address is not there.")
    share, same, number = _repeated(sample, train, test)
    verdict: Verdict = "leak" if share >= MOSTLY else "worth a look" if share >= REPEATED else "nothing found"
    classes = np.unique(train.addresses)
    known = {address: sample.train.labels[train.addresses == address] for address in classes.tolist()}
    predicted = [int(np.bincount(known[address]).argmax()) if address in known else -1 for address in test.addresses]
    score = probe.score(np.array(predicted), sample.test.labels)
    if verdict == "nothing found":
        text = "The addresses, read or solved from the parity, do not repeat within the classes."
    else:
        text = (
            f"{same} of {number} signals give away the address of their emitter, read or solved from the parity; a "
            f"table of the training addresses recognises {percent(score.accuracy)} of the test signals "
            "(mean over classes)."
        )
    return Finding("address", title, verdict, text, score)


def copy_findings(sample: AuditSample, train_labels: np.ndarray, test_labels: np.ndarray) -> Iterator[Finding]:
    """Yield what was found about exact and near copies."""
    counts = copies.find(sample, train_labels, test_labels)
    exact = _first(
        ("leak", counts.across, "{} test signals are exact copies of training signals."),
        ("worth a look", counts.two_labels, "{} signals occur with two labels or more, as exact copies."),
        ("worth a look", counts.train, "{} training signals are exact copies of other training signals."),
        ("worth a look", counts.test, "{} test signals are exact copies of other test signals."),
        otherwise="No two signals are equal.",
    )
    yield Finding("copies", "Exact copies", exact[0], exact[1])
    near = _first(
        ("leak", counts.near_same, "{} pairs of a training and a test signal differ only in level, phase or rounding."),
        ("worth a look", counts.near, "{} pairs of a training and a test signal have a correlation above .99."),
        ("worth a look", counts.near_inside, "{} pairs within training or test have a correlation above .99."),
        otherwise="No two of the examined signals have a correlation above .99.",
    )
    yield Finding("near_copies", "Near copies", near[0], near[1])


def _first(*cases: tuple[Verdict, int, str], otherwise: str) -> tuple[Verdict, str]:
    """Return the most serious verdict and the sentences of all cases that occur; `otherwise` where none does."""
    occurring = [(verdict, text.format(number)) for verdict, number, text in cases if number]
    return (occurring[0][0], " ".join(text for _, text in occurring)) if occurring else ("nothing found", otherwise)


def recording_finding(labels: np.ndarray, recordings: np.ndarray | None, names: tuple[str, ...]) -> Finding:
    """Return the finding on classes whose training signals all come from one recording.

    Args:
        labels: of all training signals, [N].
        recordings: of the same signals, [N]; None where unknown.
        names: of the classes.
    """
    name, title = "one_recording", "Recordings per class"
    if recordings is None:
        return Finding(
            name, title, "not checked", "The recordings are unknown; a source of files names them by group_key."
        )
    single = [label for label in np.unique(labels) if len(np.unique(recordings[labels == label])) == 1]
    if not single:
        return Finding(name, title, "nothing found", "Every class has training signals from two recordings or more.")
    if len(single) == len(np.unique(labels)):
        text = "All training signals of each class come from one recording: emitter and recording cannot be told apart."
        return Finding(name, title, "leak", text)
    listed = ", ".join(names[label] for label in single[:5]) + (", ..." if len(single) > 5 else "")
    text = f"All training signals of {len(single)} of {len(names)} classes come from one recording each: {listed}."
    return Finding(name, title, "worth a look", text)


def _score(sample: AuditSample, train: np.ndarray, test: np.ndarray, classifier: Classifier) -> Any:
    return probe.classify((train, sample.train.labels), (test, sample.test.labels), classifier)
