"""PDF files in a fixed order: vl-convert numbers fonts and lists resources in another order every time.

Such a file is a list of objects, `number 0 obj ... endobj`, which refer to each other as `number 0 R`, then a table of
their places. Here the objects are numbered as they are met from the first one on, and resources are sorted by name.
"""

import re
from collections.abc import Sequence

PLACES = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
PLACE = re.compile(rb"^(\d{10}) 00000 n", re.MULTILINE)
HEAD = re.compile(rb"(\d+) 0 obj\n")
REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
RESOURCES = re.compile(rb"(?:^ +/\w+ \d+ 0 R\n){2,}", re.MULTILINE)
"""Consecutive lines of a dictionary, in which order means nothing: name and object."""
STREAM = b"\nstream\n"


def ordered(pdf: bytes) -> bytes:
    """Return the same document with its objects in a fixed order; any other bytes unchanged."""
    last = PLACES.search(pdf)
    if last is None:
        return pdf
    start = int(last[1])
    table, trailer = pdf[start:].split(b"trailer", 1)
    places = sorted(int(place) for place in PLACE.findall(table))
    ends = [*places[1:], start]
    objects = dict(_object(pdf[place:end]) for place, end in zip(places, ends, strict=True))
    trailer = b"trailer" + trailer[: trailer.rindex(b"startxref")]
    numbers = _numbers(objects, trailer)
    body = [pdf[: places[0]]]
    for number in numbers:
        head, data = objects[number]
        body.append(b"%d 0 obj\n" % numbers[number] + _renumbered(head, numbers) + data)
    return b"".join([*body, *_end(body, _renumbered(trailer, numbers))])


def _object(text: bytes) -> tuple[int, tuple[bytes, bytes]]:
    """Return the number of an object, its dictionary with sorted resources, and the stream that follows."""
    match = HEAD.match(text)
    assert match is not None  # the table of places leads to it
    head, separator, data = text[match.end() :].partition(STREAM)
    return int(match[1]), (
        RESOURCES.sub(lambda lines: b"".join(sorted(lines[0].splitlines(True))), head),
        separator + data,
    )


def _numbers(objects: dict[int, tuple[bytes, bytes]], trailer: bytes) -> dict[int, int]:
    """Return old -> new number, in the order in which references lead from the trailer to the objects."""
    numbers: dict[int, int] = {}
    pending = _references(trailer)
    while pending:
        number = pending.pop(0)
        if number not in numbers and number in objects:
            numbers[number] = len(numbers) + 1
            pending = _references(objects[number][0]) + pending
    return numbers


def _references(text: bytes) -> list[int]:
    return [int(number) for number in REFERENCE.findall(text)]


def _renumbered(text: bytes, numbers: dict[int, int]) -> bytes:
    return REFERENCE.sub(lambda match: b"%d 0 R" % numbers.get(int(match[1]), 0), text)


def _end(body: Sequence[bytes], trailer: bytes) -> list[bytes]:
    """Return the table of places of the objects that follow the header in `body`, and the trailer."""
    places, at = [], len(body[0])
    for text in body[1:]:
        places.append(at)
        at += len(text)
    rows = [b"%010d 00000 n\r\n" % place for place in places]
    table = [b"xref\n0 %d\n" % (len(rows) + 1), b"0000000000 65535 f\r\n", *rows]
    size = re.sub(rb"/Size \d+", b"/Size %d" % (len(rows) + 1), trailer)
    return [*table, size, b"startxref\n%d\n%%%%EOF" % at]
