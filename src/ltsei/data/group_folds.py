"""Cross-validation over whole groups: recordings, files, days or receivers in K folds, each of which is tested once."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ltsei.core.errors import InputError

FORM = "{test: 1, of: 5}, and perhaps by: DOMAIN"


@dataclass(frozen=True)
class Fold:
    """The fold that is the test part.

    Attributes:
        test: its number, 1...of.
        of: number of folds.
        by: what is never divided, a domain or a key; None for the recordings or groups of the source.
    """

    test: int
    of: int
    by: str | None = None

    def chosen(self, labels: np.ndarray, groups: np.ndarray) -> np.ndarray:
        """Return bool [N], True for the signals of this fold; arguments and errors as for `folds_of_groups`."""
        mask: np.ndarray = folds_of_groups(labels, groups, self.of) == self.test - 1
        return mask

    def note(self, key: str, groups: np.ndarray) -> dict[str, object]:
        """Return what is recorded of the test part: the fold, what groups are, and those in it."""
        names = np.unique(groups).tolist()
        return {"fold": self.test, "folds": self.of, "group_key": key, "test_groups": names}


def parsed_fold(setting: Mapping[str, int | str] | None) -> Fold | None:
    """Return the parameter `fold` of a source; InputError where it has another form."""
    if setting is None:
        return None
    test, of, by = setting.get("test"), setting.get("of"), setting.get("by")
    numbers = type(test) is int and type(of) is int and 1 <= test <= of and of >= 2
    if not numbers or not (by is None or isinstance(by, str)) or set(setting) - {"test", "of", "by"}:
        raise InputError(f"fold: got {dict(setting)}, expected {FORM}, with test from 1 to of and of from 2")
    return Fold(int(test or 0), int(of or 0), by)


def folds_of_groups(labels: np.ndarray, groups: np.ndarray, number: int) -> np.ndarray:
    """Return the fold of each signal, 0...number-1, int64 [N]; no group is in two folds.

    Groups whose classes are least even come first, each into the fold that keeps the shares of the classes most even
    (`sklearn.model_selection.StratifiedGroupKFold`, without chance).

    Args:
        labels: any numbers, [N].
        groups: the group of each signal, numbers or text, [N].
        number: of folds, at least 2.

    Raises:
        InputError: there are fewer groups than folds, or no class has as many signals.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    names, members = np.unique(groups, return_inverse=True)
    if len(names) < number:
        raise InputError(
            f"fold: {number} folds need at least as many groups, got {len(names)}; lower the number of folds"
        )
    _, contiguous = np.unique(labels, return_inverse=True)
    if (most := np.bincount(contiguous).max()) < number:
        raise InputError(f"fold: {number} folds of classes with {most} signals at most; lower the number of folds")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a class with fewer signals than folds
        parts = [test for _, test in StratifiedGroupKFold(number).split(members, contiguous, members)]
    fold = np.zeros(len(labels), dtype=np.int64)
    for position, part in enumerate(parts):
        fold[part] = position
    if (empty := np.flatnonzero(np.bincount(fold, minlength=number) == 0)).size:
        raise InputError(f"fold: no group is left for fold {empty[0] + 1} of {number}; lower the number of folds")
    return fold
