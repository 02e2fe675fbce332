import numpy as np
import pytest

from ltsei.data.readers.holdout_keys import KeySuggestion, suggested_keys
from ltsei.data.readers.open_signal_file import ReaderSettings, open_signal_file

NUMBER = np.arange(24)


def suggestions(folder, **arrays):
    np.savez(folder / "a.npz", X=np.ones((24, 5, 2)), Y=NUMBER % 3, **arrays)
    return suggested_keys(open_signal_file(str(folder / "a.npz"), None, "train", ReaderSettings()))


@pytest.mark.parametrize(
    ("key", "values", "expected"),
    [
        ("record", NUMBER // 6, (4, ("group_key",))),
        ("day", np.char.add("day ", (NUMBER // 6).astype(str)), (4, ("group_key",))),
        ("stamp", NUMBER[::-1] / 7, (24, ("order_key",))),
        ("t", NUMBER // 3, (8, ("order_key",))),
        ("sweep", NUMBER // 3, (8, ("group_key", "order_key"))),
    ],
)
def test_a_key_with_one_value_per_signal_is_suggested_as_group_or_order(tmp_path, key, values, expected):
    assert suggestions(tmp_path, **{key: values}) == {key: KeySuggestion(*expected)}


@pytest.mark.parametrize("values", [np.zeros(24), NUMBER % 3 + 10, NUMBER[:23], np.ones(24, dtype=object)])
def test_a_key_that_divides_no_class_or_has_no_value_per_signal_is_not_suggested(tmp_path, values):
    assert suggestions(tmp_path, record=values) == {}
