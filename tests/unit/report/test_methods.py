"""Colours and marks of methods: stable, distinct, and visible on light and dark pages."""

import dataclasses

import pytest
from unit.report._matrix import describe

from ltsei.report.methods import method_parts, methods
from ltsei.report.style import METHOD_COLORS

PAGES = {"light": "#ffffff", "dark": "#14171a"}


def luminance(color):
    """Return the relative luminance of WCAG 2, in [0, 1]."""
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted(luminance(color) + 0.05 for color in (one, other))
    return high / low


@pytest.fixture
def many(tmp_path):
    """Forty-two methods, as the report shows them."""
    cells = [describe(tmp_path, "adsb_synth", "10", 0, f"method_{rank}") for rank in range(42)]
    return methods([dataclasses.replace(cell, rank=rank) for rank, cell in enumerate(cells)])


def test_fourteen_methods_have_colours_of_their_own(many):
    assert len({method.color for method in many[:14]}) == 14


def test_forty_two_methods_differ_in_colour_or_marks(many):
    assert len({(method.color, method.dash) for method in many}) == 42
    assert len({(method.color, method.shape) for method in many}) == 42


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("color", METHOD_COLORS)
def test_colours_are_visible_on_light_and_dark_pages(color, page):
    assert contrast(color, PAGES[page]) > 2.2


def test_a_method_keeps_its_colour_in_a_report_with_fewer_methods(tmp_path):
    cell = dataclasses.replace(describe(tmp_path, "adsb_synth", "10", 0, "ldam"), rank=9)
    assert methods([cell])[0].color == METHOD_COLORS[9]


def test_methods_with_the_same_title_are_told_apart_by_name(matrix):
    cells = [dataclasses.replace(cell, title="Same") for cell in matrix.cells]
    assert [method.label for method in methods(cells)] == ["Same (ce)", "Same (crt)"]


def test_the_parts_of_a_method_are_those_of_its_last_training():
    stage1 = {
        "backbone": {"name": "convnet_adsb"},
        "head": {"name": "linear"},
        "loss": {"name": "combined", "losses": [{"name": "focal"}, {"name": "ldam"}]},
        "class_weights": {"name": "effective_number"},
        "sampler": {"name": "instance_balanced"},
    }
    stage2 = {**stage1, "loss": {"name": "cross_entropy"}, "class_weights": {"name": "uniform"}}
    alone = method_parts({"stage1": stage1})
    assert (alone.loss, alone.stages, alone.steps) == ("focal + ldam × effective number weights", "1", "")
    later = method_parts({"stage1": stage1, "stage2": stage2, "stage3": {"steps": [{"name": "tau_norm"}]}})
    assert (later.loss, later.stages, later.steps) == ("cross entropy", "1 + 2 + 3", "tau norm")
