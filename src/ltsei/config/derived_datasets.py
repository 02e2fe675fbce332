"""Data sets declared on the prepared signals of another: `from:` between data sets.

A derived data set has the source and length of its origin, and every setting that it does not write itself.
"""

from collections.abc import Iterator, Mapping

from ltsei.config.dataset import Dataset
from ltsei.core.errors import InputError, unknown

Datasets = Mapping[str, Dataset]
OWN = {"defaults", "from_", "family", "reference"}
"""Settings that a derived data set does not take from its origin."""


def completed(datasets: dict[str, Dataset]) -> dict[str, Dataset]:
    """Return the data sets, what a derived one does not write taken from its origin, `defaults` excepted.

    Raises:
        InputError: every `from:` that names no data set or leads back to itself.
    """
    mistakes = [line for name in datasets for line in _mistakes(datasets, name)]
    if mistakes:
        raise InputError("\n".join(mistakes))
    return {name: _completed(datasets, name) for name in datasets}


def lineage(datasets: Datasets, name: str) -> list[str]:
    """Return a data set and all that it is derived from; the last one has a source of its own."""
    names = [name]
    while (parent := datasets[names[-1]].from_) is not None:
        names.append(parent)
    return names


def _completed(datasets: Datasets, name: str) -> Dataset:
    dataset = datasets[name]
    if dataset.from_ is None:
        return dataset
    origin = _completed(datasets, dataset.from_)
    inherited = {key: getattr(origin, key) for key in set(Dataset.model_fields) - OWN}
    written = {key: getattr(dataset, key) for key in dataset.model_fields_set}
    keys = {key: getattr(dataset.split, key) for key in dataset.split.model_fields_set}
    return dataset.model_copy(update={**inherited, **written, "split": origin.split.model_copy(update=keys)})


def _mistakes(datasets: Datasets, name: str) -> Iterator[str]:
    """Yield what is wrong with `reference` and `from:` of a data set, or with `from:` of those it is derived from."""
    reference = datasets[name].reference
    if reference is not None and reference not in datasets:
        yield f".{name}.reference: {unknown(reference, set(datasets) - {name}, 'dataset')}"
    seen = [name]
    while (parent := datasets[seen[-1]].from_) is not None:
        if parent not in datasets:
            if len(seen) == 1:
                yield f".{name}.from: {unknown(parent, set(datasets) - {name}, 'dataset')}"
            return
        seen.append(parent)
        if parent in seen[:-1]:
            if parent == name:
                yield f".{name}.from: leads back to itself: {' -> '.join(seen)}; one of them needs a source of its own"
            return
