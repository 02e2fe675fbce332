"""A split that leaves some domains out: no signal of them is for training or validation, whatever the ratio."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ltsei.core.errors import InputError, unknown
from ltsei.data.domains import signal_domains
from ltsei.data.split import Split, make_split


def make_domain_split(
    labels: np.ndarray,
    num_classes: int,
    *,
    data_notes: Mapping[str, Any],
    leave_out: Mapping[str, Sequence[str]],
    num_validation: int = 0,
    groups: np.ndarray | None = None,
    **settings: Any,
) -> Split:
    """Return a split without the signals of the domains to leave out; without any, that of `make_split`.

    Args:
        labels: of the whole training part, int64 [N].
        num_classes: C.
        data_notes: of the store, which hold the domains of the signals.
        leave_out: domain -> values; a signal with one of them is in neither part.
        num_validation: as for `make_split`, as are the others.
        groups: likewise.
        settings: likewise.

    Raises:
        InputError: a domain or a value does not exist, no signal of a class is left, or `make_split` refuses.
    """
    if not leave_out:
        return make_split(labels, num_classes, num_validation=num_validation, groups=groups, **settings)
    kept = np.flatnonzero(~left_out(data_notes, leave_out))
    number = int(np.sum(kept >= len(labels) - num_validation))
    drawable = np.bincount(labels[kept[: len(kept) - number]], minlength=num_classes)
    if (drawable == 0).any():
        name = (settings.get("class_names") or list(map(str, range(num_classes))))[int(np.argmin(drawable))]
        raise InputError(
            f"split.leave_out: {shown(leave_out)} leaves no training signal of class {name}; leave out less, or drop "
            "the class from the source"
        )
    split = make_split(
        labels[kept],
        num_classes,
        num_validation=number,
        groups=None if groups is None else groups[kept],
        **settings,
    )
    return replace(split, train=kept[split.train], val=kept[split.val])


def left_out(data_notes: Mapping[str, Any], leave_out: Mapping[str, Sequence[str]]) -> np.ndarray:
    """Return which training signals have one of these values, bool [N]; InputError for one that does not exist."""
    domains = signal_domains(data_notes, "train")
    if not domains:
        raise InputError("split.leave_out: the signals have no domains; the source recordings takes them from names")
    excluded = []
    for name, values in leave_out.items():
        if name not in domains:
            raise InputError(f"split.leave_out.{name}: {unknown(name, domains, 'domain')}")
        for value in values:
            if value not in domains[name]:
                clause = unknown(value, set(domains[name].tolist()), "value of the training part")
                raise InputError(f"split.leave_out.{name}: {clause}")
        excluded.append(np.isin(domains[name], values))
    mask: np.ndarray = np.any(excluded, axis=0)
    return mask


def shown(leave_out: Mapping[str, Sequence[str]]) -> str:
    """Return the domains that are left out as text, such as ``day 3 or 4, receiver b``."""
    return ", ".join(f"{name} {' or '.join(values)}" for name, values in leave_out.items())
