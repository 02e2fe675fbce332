"""Seeds of split and training: how they are written, ordered and counted."""

import json
import pickle

import pytest

from ltsei.core.errors import InputError
from ltsei.core.run_seeds import independent, parse_seed, run_seed, split_seed, training_seed


@pytest.mark.parametrize(("text", "split", "training"), [("7", 7, 7), (7, 7, 7), ("0-3", 0, 3), ("12-0", 12, 0)])
def test_a_seed_is_read_as_its_two_streams_and_written_as_it_was(text, split, training):
    seed = parse_seed(text)
    assert (split_seed(seed), training_seed(seed), split_seed(text)) == (split, training, split)
    assert run_seed(split, training) == seed
    assert str(seed) == str(text)


@pytest.mark.parametrize("text", ["", "-1", "3-3", "0-", "00-1", "0-01", "1-2-3", "a", "0–3"])
def test_a_text_that_is_no_seed_is_refused(text):
    with pytest.raises(InputError, match="expected a seed, or those of split and training if they differ, as in 0-3"):
        parse_seed(text)


def test_seeds_are_ordered_by_split_and_then_by_training():
    ordered = [parse_seed(text) for text in ("0", "0-2", "0-10", "1-0", "1", "1-2", "10-0")]
    assert sorted(reversed(ordered)) == ordered
    assert ordered[0] < ordered[1] <= ordered[1] < ordered[2] > ordered[1] >= ordered[0]
    assert len({*ordered, *map(parse_seed, map(str, ordered))}) == 7


def test_a_pair_is_text_wherever_it_is_stored():
    pair = pickle.loads(pickle.dumps(parse_seed("0-3")))
    assert (json.dumps(pair), split_seed(pair)) == ('"0-3"', 0)


def test_the_independent_seed_is_that_of_the_split_where_there_are_several():
    assert independent([0, parse_seed("0-1"), parse_seed("1-0"), 1]) == {0: 0, "0-1": 0, "1-0": 1, 1: 1}
    assert independent([0, parse_seed("0-1"), parse_seed("0-5")]) == {0: 0, "0-1": 1, "0-5": 5}
    assert independent([4, 2]) == {4: 4, 2: 2}
