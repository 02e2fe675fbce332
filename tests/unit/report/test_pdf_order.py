"""PDF files with the same content have the same bytes."""

import re

import pytest

from ltsei.report.pdf_order import ordered

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="60"><g opacity="0.5"><rect width="20" height="9"/></g>'
    '<g opacity="0.3"><rect width="9" height="9"/></g><text y="20" font-family="Liberation Sans">plain</text>'
    '<text y="40" font-family="Liberation Sans" font-weight="bold">bold</text>'
    '<text y="50" font-family="Liberation Sans" font-style="italic">italic</text></svg>'
)


def test_many_drawings_of_one_figure_have_the_same_bytes():
    import vl_convert

    drawings = [vl_convert.svg_to_pdf(SVG) for _ in range(12)]
    assert len(set(drawings)) > 1  # else this module is no longer needed
    assert len({ordered(each) for each in drawings}) == 1


@pytest.fixture
def pdf():
    import vl_convert

    return ordered(vl_convert.svg_to_pdf(SVG))


def test_the_table_of_places_leads_to_every_object(pdf):
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF", pdf)[1])
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", pdf[start:])]
    assert [re.match(rb"(\d+) 0 obj", pdf[place:])[1] for place in places] == [
        b"%d" % number for number in range(1, len(places) + 1)
    ]
    assert b"/Size %d" % (len(places) + 1) in pdf[start:]
    assert {int(number) for number in re.findall(rb"\b(\d+) 0 R\b", pdf)} <= set(range(1, len(places) + 1))


def test_no_object_is_lost(pdf):
    import vl_convert

    raw = vl_convert.svg_to_pdf(SVG)
    assert pdf.count(b" 0 obj") == raw.count(b" 0 obj")
    assert sorted(re.findall(rb"stream\n.*?\nendstream", pdf, re.S)) == sorted(
        re.findall(rb"stream\n.*?\nendstream", raw, re.S)
    )


def test_an_ordered_file_stays_as_it_is_and_other_bytes_too(pdf):
    assert ordered(pdf) == pdf
    assert ordered(b"no PDF") == b"no PDF"
