"""Colours and marks: stable, distinct, and visible on the pages they are drawn on."""

import dataclasses

import pytest
from unit.report._matrix import describe

from ltsei.report.words import METHOD_COLORS, methods

PAGES = {"light": "#ffffff", "dark": "#14171a"}


def luminance(color):
    """Return the relative luminance of WCAG 2, in [0, 1]."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted(luminance(color) + 0.05 for color in (one, other))
    return high / low


@pytest.fixture
def shown(tmp_path):
    """Forty-two methods, as the report shows them."""
    cells = [describe(tmp_path, "adsb_synth", "10", 0, f"method_{rank}") for rank in range(42)]
    return methods([dataclasses.replace(cell, rank=rank) for rank, cell in enumerate(cells)])


def test_fourteen_methods_have_colours_of_their_own(shown):
    assert len({method.color for method in shown[:14]}) == 14


def test_forty_two_methods_differ_in_colour_or_marks(shown):
    assert len({(method.color, tuple(method.dash)) for method in shown}) == 42
    assert len({(method.color, method.shape) for method in shown}) == 42


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("color", METHOD_COLORS)
def test_colours_show_on_light_and_dark_pages(color, page):
    assert contrast(color, PAGES[page]) > 2.2


def test_a_method_keeps_its_colour_in_a_report_on_fewer(tmp_path):
    cell = dataclasses.replace(describe(tmp_path, "adsb_synth", "10", 0, "ldam"), rank=9)
    assert methods([cell])[0].color == METHOD_COLORS[9]
