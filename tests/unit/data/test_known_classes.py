"""Recordings without the classes that are held out as unknown, and the test signals of these."""

import numpy as np
import pytest

from ltsei.core.errors import InputError
from ltsei.data.domains import domain_note, signal_domains
from ltsei.data.known_classes import known_part, unknown_labels, unknown_part
from ltsei.data.recordings import Part, Recordings

NAMES = ("a", "b", "c", "d")
TRAIN, TEST = np.array([0, 1, 2, 3, 3, 1, 0, 2, 1, 3]), np.array([3, 1, 0, 2, 1])
DAYS = ["mon", "tue", "wed"]


def part(labels, start):
    """A part whose signal i holds the number start + i, in chunks of three."""

    def chunks():
        values = (start + np.arange(len(labels), dtype=np.float32))[:, None, None]
        return iter(np.split(values, range(3, len(labels), 3)))

    return Part(labels, (1, 1), chunks, origin=f"{start} + {{}}".format)


@pytest.fixture
def recordings():
    notes = domain_note([{"day": day} for day in DAYS], np.repeat([0, 1, 2], [4, 4, 2]), np.array([2, 2, 1, 0, 0]))
    groups = np.arange(10) // 2
    return Recordings(part(TRAIN, 0), part(TEST, 100), NAMES, None, "sum", notes, num_validation=3, groups=groups)


def numbers(of_part):
    return np.concatenate(list(of_part.chunks())).ravel().tolist()


def test_the_known_part_has_the_other_classes_renumbered_and_all_that_belongs_to_their_signals(recordings):
    known = known_part(recordings, [0, 2])
    assert known.class_names == ("b", "d")
    assert numbers(known.train) == [1, 3, 4, 5, 8, 9]
    assert known.train.labels.tolist() == [0, 1, 1, 0, 0, 1]
    assert numbers(known.test) == [100, 101, 104]
    assert known.test.labels.tolist() == [1, 0, 0]
    assert known.num_validation == 2
    assert known.groups.tolist() == [0, 1, 2, 2, 4, 4]
    assert known.train.origin(1) == "0 + 3"
    assert known.notes["unknown_classes"] == ["a", "c"]
    assert signal_domains(known.notes, "train")["day"].tolist() == ["mon", "mon", "tue", "tue", "wed", "wed"]
    assert signal_domains(known.notes, "test")["day"].tolist() == ["wed", "wed", "mon"]


def test_the_unknown_part_has_the_test_signals_of_the_unknown_classes_alone(recordings):
    unknown = unknown_part(recordings, [0, 2])
    assert numbers(unknown) == [102, 103]
    assert unknown.labels.tolist() == [0, 1]


def test_every_test_signal_is_in_one_of_the_two_parts(recordings):
    for unknown in ([0], [1, 3], [0, 3]):
        both = numbers(known_part(recordings, unknown).test) + numbers(unknown_part(recordings, unknown))
        assert sorted(both) == [100, 101, 102, 103, 104]


def test_drawn_classes_depend_on_the_seed_alone_and_fewer_are_among_more():
    names = [f"emitter-{index}" for index in range(30)]
    three, five = (unknown_labels(names, None, number, 4) for number in (3, 5))
    assert set(three) < set(five)
    assert len(three) == 3
    assert five == unknown_labels(names, None, 5, 4)
    assert five != unknown_labels(names, None, 5, 5)


@pytest.mark.parametrize(
    ("names", "number", "message"),
    [
        (["a", "e"], None, "unknown class 'e', allowed: a, b, c, d"),
        (["a", "b", "d"], None, "got 3 of 4 classes, which leaves 1 known; at least 2 must be left, so name at most 2"),
        (None, 4, "got 4 of 4 classes, which leaves 0 known"),
        (None, 9, "got 9 of 4 classes, which leaves 0 known"),
    ],
)
def test_classes_that_do_not_exist_or_leave_too_few_are_refused(names, number, message):
    with pytest.raises(InputError, match="unknown_classes: ") as caught:
        unknown_labels(NAMES, names, number, 0)
    assert message in str(caught.value)


def test_a_class_without_test_signals_cannot_be_unknown_and_known_ones_need_some(recordings):
    without = Recordings(recordings.train, part(np.array([3, 3]), 100), NAMES, None, "sum", {})
    with pytest.raises(InputError, match="unknown_classes: b has no test signals; name another class"):
        unknown_part(without, [1])
    with pytest.raises(InputError, match="unknown_classes: no test signal is of a known class"):
        known_part(without, [3])
