"""Further messages of synthetic emitters."""

import json
from collections import Counter

import numpy as np
import pytest

from ltsei.core.context import build_component
from ltsei.core.errors import InputError
from ltsei.data.unlabelled import Labelled

SOURCE = {"name": "synthetic_adsb", "emitters": 3, "test_per_class": 1, "sample_rate_hz": 4e6, "seed": 5}


def recordings(train_per_class):
    return build_component("sources", SOURCE | {"train_per_class": train_per_class}, None)


def unlabelled(notes=None, **settings):
    known = recordings(4).notes if notes is None else notes
    context = Labelled((480, 2), json.loads(json.dumps(known)))
    return build_component("unlabelled", {"name": "synthetic_adsb", **settings}, context)


def signals(part):
    return np.concatenate(list(part.chunks()))


def test_they_are_the_messages_that_a_longer_training_part_would_have():
    longer = signals(recordings(10).train).reshape(3, 10, -1)
    found = signals(unlabelled(per_class=6).part).reshape(3, 6, -1)
    np.testing.assert_array_equal(found, longer[:, 4:])


@pytest.mark.parametrize(("ratio", "counts"), [(1.0, [6, 6, 6]), (4.0, [6, 3, 1]), (36.0, [6, 1, 1])])
def test_classes_have_the_ratio_that_is_asked_for_whatever_that_of_the_labelled_signals(ratio, counts):
    source = unlabelled(per_class=6, imbalance_ratio=ratio)
    known = np.split(signals(recordings(10).train), 3)
    emitters = {row.tobytes(): label for label, rows in enumerate(known) for row in rows}
    found = Counter(emitters[row.tobytes()] for row in signals(source.part))
    assert [found[label] for label in range(3)] == counts == source.notes["signals_per_class"]
    assert source.part.labels.tolist() == [-1] * sum(counts)


def test_the_checksum_follows_every_parameter():
    checksums = [
        unlabelled(per_class=6).checksum,
        unlabelled(per_class=7).checksum,
        unlabelled(per_class=6, imbalance_ratio=2.0).checksum,
        unlabelled(recordings(5).notes, per_class=6).checksum,
    ]
    assert len(set(checksums)) == 4
    assert unlabelled(per_class=6).checksum == checksums[0]


def test_another_source_of_labelled_signals_is_refused():
    with pytest.raises(InputError, match="goes with the source synthetic_adsb alone; name files"):
        unlabelled({"layouts": ["NLC"]})
