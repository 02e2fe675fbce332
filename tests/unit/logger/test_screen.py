"""A file gets plain lines, a terminal a progress bar below them."""

import contextlib
import fcntl
import io
import os
import pty
import struct
import termios
import threading
import time

import pytest
from unit.logger._records import BEGAN

from snakemake_logger_plugin_ltsei import screen
from snakemake_logger_plugin_ltsei.live import LiveScreen, narrowed
from snakemake_logger_plugin_ltsei.run import Snapshot
from snakemake_logger_plugin_ltsei.screen import PlainScreen

CURSOR_UP_OR_ERASE = "\x1b[2K"
END = "the end of what a test has written"


def snapshot(done=0, at=0.0, left=None, failed=0):
    return Snapshot(done, 100, "2 running", failed, BEGAN, left, BEGAN + at)


class Terminal:
    """A terminal of some columns: a stream to write to, and what has been received on the other side."""

    def __init__(self, columns):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
        self.stream = os.fdopen(slave, "w")
        self.received = bytearray()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def close(self):
        """Close both ends; the reader ends first, before another file can take the number of its descriptor."""
        self.stream.close()
        self.reader.join(timeout=60)
        os.close(self.master)

    def _read(self):
        with contextlib.suppress(OSError):  # the stream is closed
            while True:
                self.received.extend(os.read(self.master, 4096))

    def text(self, last=END):
        """Return what has been received once `last` is among it: everything written so far, unless given."""
        if last == END:
            os.write(self.stream.fileno(), END.encode())
        deadline = time.monotonic() + 60
        while last not in self.received.decode(errors="replace"):
            assert time.monotonic() < deadline, self.received
            time.sleep(0.01)
        return self.received.decode().removesuffix(END)


@pytest.fixture
def terminal(monkeypatch):
    """A function columns -> the stream of a new terminal and its `text`."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    terminals = []

    def terminal(columns=100):
        terminals.append(Terminal(columns))
        return terminals[-1].stream, terminals[-1].text

    yield terminal
    for each in terminals:
        each.close()


def test_a_plain_screen_writes_text_and_nothing_else():
    stream = io.StringIO()
    plain = PlainScreen(stream)
    plain.line("a line", "red")
    plain.prose("a sentence", "bold")
    plain.text("two\nlines " + 300 * "x")
    plain.update(snapshot(1))
    plain.stop()
    assert stream.getvalue() == "a line\na sentence\ntwo\nlines " + 300 * "x" + "\n"


def test_a_plain_screen_says_now_and_then_how_far_the_run_is():
    stream = io.StringIO()
    plain = PlainScreen(stream)
    for done, at in ((0, 0), (1, 61), (5, 62), (6, 100), (11, 130), (100, 500)):
        plain.update(snapshot(done, at, left=600))
    lines = stream.getvalue().splitlines()
    assert [line.split()[0] for line in lines] == ["5/100", "11/100"]
    assert lines[0].strip() == "5/100  1:02  about 10 min left"


def test_a_stream_that_nobody_reads_stops_nothing(terminal):
    reader, writer = os.pipe()
    os.close(reader)
    plain = PlainScreen(os.fdopen(writer, "w"))
    plain.text("lost")
    plain.close()
    stream, _ = terminal()
    live = LiveScreen(stream, nocolor=False)
    live.update(snapshot())
    stream.close()
    live.text("lost")
    live.stop()
    live.close()


def test_lines_appear_above_a_bar_that_goes_away(terminal):
    stream, text = terminal()
    live = LiveScreen(stream, nocolor=False)
    live.update(snapshot(at=0))
    live.line("first line")
    live.update(snapshot(50, 60, left=60, failed=1))
    text(last="50/100")
    live.stop()
    shown = text()
    assert "first line" in shown
    assert "━" in shown
    assert "50/100  2 running  1 failed" in shown
    assert shown.rindex("━") < shown.rindex(CURSOR_UP_OR_ERASE)
    assert shown.count("\x1b[?25h") >= shown.count("\x1b[?25l")


def test_a_narrow_terminal_cuts_lines_instead_of_wrapping_them(terminal):
    stream, text = terminal(columns=40)
    live = LiveScreen(stream, nocolor=False)
    live.line("[ 57/122] evaluate  " + 60 * "x")
    live.update(snapshot(50, 60, left=60))
    live.stop()
    lines = text().splitlines()
    assert lines[0] == "[ 57/122] evaluate  " + 19 * "x" + "…"


def test_a_line_that_is_too_wide_loses_spaces_first_then_words():
    line = "[ 57/122] evaluate      crt        ir 50   seed 0  balanced accuracy 60.5 %   0:03"
    assert narrowed(line, 200) == line
    assert narrowed(line, 80) == "[ 57/122] evaluate  crt  ir 50  seed 0  balanced accuracy 60.5 %  0:03"
    assert narrowed(line, 60) == "[ 57/122] evaluate  crt  ir 50  seed 0  60.5 %  0:03"


def test_text_in_full_is_not_broken_and_cannot_move_the_cursor(terminal):
    stream, text = terminal(columns=40)
    live = LiveScreen(stream, nocolor=False)
    live.text(100 * "x" + "\x1b[2J\x1b[31m[bold]brackets[/bold]")
    live.stop()
    assert 100 * "x" + "[bold]brackets[/bold]" in text()


@pytest.mark.parametrize("by_option", [True, False])
def test_colours_can_be_switched_off(terminal, monkeypatch, by_option):
    if not by_option:
        monkeypatch.setenv("NO_COLOR", "1")
    stream, text = terminal()
    live = LiveScreen(stream, nocolor=by_option)
    live.line("a failure", "red")
    live.update(snapshot(10, 60))
    live.stop()
    assert "a failure" in text()
    assert "\x1b[3" not in text()


@pytest.mark.parametrize(("name", "kind"), [("xterm", LiveScreen), ("dumb", PlainScreen), ("", PlainScreen)])
def test_only_a_terminal_that_can_move_its_cursor_gets_a_bar(terminal, monkeypatch, name, kind):
    stream, _ = terminal()
    monkeypatch.setenv("TERM", name)
    with contextlib.redirect_stderr(stream):
        opened = screen.open_screen(nocolor=False)
    assert isinstance(opened, kind)
    opened.close()


def test_a_file_gets_plain_lines_even_where_colours_are_forced(tmp_path, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    with (tmp_path / "log").open("w") as stream, contextlib.redirect_stderr(stream):
        opened = screen.open_screen(nocolor=False)
        opened.line("a line", "red")
        opened.update(snapshot(1))
        opened.stop()
        opened.close()
    assert (tmp_path / "log").read_text() == "a line\n"
