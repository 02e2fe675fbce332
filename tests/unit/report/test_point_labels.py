"""Names of points in a scatter plot: they cover neither each other nor a point, and stay in the panel."""

import itertools

import numpy as np
import pytest
import vl_convert

from ltsei.report import point_labels
from ltsei.report.charts.chart import specification
from ltsei.report.point_labels import RADIUS, Box, named, places, text_width, unnamed

FRAME = Box(0, 0, 340, 340)


def scattered(seed, count):
    return [tuple(map(float, point)) for point in np.random.default_rng(seed).uniform(20, 320, (count, 2))]


@pytest.mark.parametrize("seed", range(5))
def test_names_share_no_area_with_each_other_or_with_a_point_and_lie_in_the_panel(seed):
    points = scattered(seed, 30)
    boxes = places({at: f"method number {i}" for i, at in enumerate(points[:12])}, points, FRAME)
    marks = [Box(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in points]
    assert len(boxes) >= 10
    assert all(box.lies_in(FRAME) for box in boxes.values())
    assert not [pair for pair in itertools.combinations(boxes.values(), 2) if pair[0].meets(pair[1])]
    assert not [(box, mark) for box in boxes.values() for mark in marks if box.meets(mark)]


def test_the_name_of_a_lone_point_is_right_of_it():
    (box,) = places({(100.0, 100.0): "crt"}, [(100.0, 100.0)], FRAME).values()
    assert 100 < box.left < 112 and box.top < 100 < box.bottom


def test_a_name_without_a_free_place_is_left_out():
    crowd = [(float(x), float(y)) for x in range(0, 341, 12) for y in range(0, 341, 12)]
    assert places({crowd[300]: "a long name of a method"}, crowd, FRAME) == {}


def test_a_name_keeps_clear_of_other_boxes():
    wall = Box(101, 0, 340, 340)
    (box,) = places({(100.0, 100.0): "crt"}, [(100.0, 100.0)], FRAME, [wall]).values()
    assert not box.meets(wall)


def test_a_box_is_as_wide_as_its_text_is_in_the_figure():
    text = {"width": 10, "height": 9, "data": {"values": [{}]}, "config": {"font": point_labels.FIGURE_FONT}}
    for name in ("balanced_softmax+progressive_power", "MoE-LTSEI", "wwwmmm", "il1.,", "τ-norm, τ chosen", "长尾"):
        mark = {"type": "text", "fontSize": point_labels.FONT_SIZE, "text": name, "align": "left"}
        svg = vl_convert.vegalite_to_svg({**text, "mark": mark, "padding": 0})
        drawn = float(svg.split('width="')[1].split('"')[0]) - 5  # the text starts in the middle of the panel
        assert drawn <= text_width(name) <= 1.45 * drawn, name


def test_a_figure_has_the_names_that_its_chart_asks_for_and_escapes_them():
    rows = [
        {"label": name, "named": name != "b", "x": x, "y": x, "color": "#000000", "shape": "circle", "text": ""}
        for x, name in enumerate(["<a> & c", "b", "d"])
    ]
    chart = specification("trade_off")
    spec = {**chart, "width": 300, "height": 300, "data": {"values": rows}}
    svg = named(vl_convert.vegalite_to_svg(unnamed(spec)), spec)
    texts = [part.split(">")[-1] for part in svg.split("</text>")]
    assert [text for text in texts if text in {"&lt;a&gt; &amp; c", "b", "d"}] == ["&lt;a&gt; &amp; c", "d"]


def test_a_chart_without_names_stays_as_it_is():
    spec = specification("curves")
    assert unnamed(spec) is spec
    assert named("<svg></svg>", spec) == "<svg></svg>"
