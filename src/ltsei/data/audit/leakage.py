"""The leakage audit of a prepared data set, as JSON values."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from ltsei.core import registry
from ltsei.data.audit import checks
from ltsei.data.audit.finding import RULES, SERIOUS, Finding, probe_finding, worst
from ltsei.data.audit.sample import Keys, draw
from ltsei.data.domains import signal_domains
from ltsei.data.readers.signal_keys import signal_keys
from ltsei.data.store import Store


def audit(
    store: Store, test_labels: np.ndarray, groups: np.ndarray | None, source: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what simple classifiers and comparisons find in a data set.

    Args:
        store: of the signals.
        test_labels: int64 [N].
        groups: of the training signals, as the store keeps them; None where unknown.
        source: the settings of the data source, whose files may say recording and time of each signal.

    Returns:
        ``verdict`` (the worst), ``counts`` of verdicts, ``findings``, ``rules``, and the sizes of what was examined.
    """
    keys = _keys(store, source)
    sample = draw(store, test_labels, keys)
    messages, addresses = checks.message_checks(sample)
    probes = [*checks.physical_probes(sample), *checks.key_probes(sample), *messages]
    train_labels = store.train_labels[: len(store.train_labels) - store.meta.num_validation]
    recordings = groups[: len(train_labels)] if groups is not None and "groups" in store.meta.notes else None
    findings = [
        *(
            probe_finding(each.name, each.title, each.what, each.score, len(probes), physical=each.physical)
            for each in probes
        ),
        *addresses,
        *checks.copy_findings(sample, train_labels, test_labels),
        checks.recording_finding(train_labels, recordings, store.meta.class_names),
        *_unknown(keys),
    ]
    return {
        "verdict": worst(findings),
        "counts": dict(Counter(finding.verdict for finding in findings)),
        "findings": [each.record() for each in sorted(findings, key=lambda each: -SERIOUS.index(each.verdict))],
        "rules": list(RULES),
        "classes": store.meta.num_classes,
        "train": {"signals": len(train_labels), "examined": len(sample.train.indices)},
        "test": {"signals": len(test_labels), "examined": len(sample.test.indices)},
    }


def _keys(store: Store, source: Mapping[str, Any]) -> Keys:
    """Return what is known of each signal: its domains, and recording and time where the source's files have keys."""
    train, test = (signal_domains(store.meta.notes, part) for part in ("train", "test"))
    domains = {f"domain {name}": (values, test[name]) for name, values in train.items()}
    parameters = registry.resolve("sources", source, where="source")
    return domains | (signal_keys(parameters) if parameters.pop("name") == "files" else {})


def _unknown(keys: Keys) -> list[Finding]:
    if keys:
        return []
    text = "Neither recording nor time nor domain of the test signals is known."
    return [Finding("keys", "Recording, time, domain", "not checked", text)]
