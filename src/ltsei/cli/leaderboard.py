"""The command `ltsei leaderboard`; what it needs is imported when it runs."""

import argparse
import sys
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """Add the command to the parser."""
    what = "write one page about several results folders, and published numbers beside them"
    parser = commands.add_parser("leaderboard", help=what, description=what)
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="a folder of results, or a CSV file: method, dataset, imbalance_ratio, metric, value, source",
    )
    parser.add_argument("--metric", default="balanced_accuracy", help="orders the methods [balanced_accuracy]")
    parser.add_argument(
        "--to", type=Path, default=Path("leaderboard.html"), metavar="HTML", help="file to write [leaderboard.html]"
    )
    parser.set_defaults(command=_run)


def _run(options: argparse.Namespace) -> int:
    from ltsei.report.leaderboard.page import write_page

    tables = write_page(options.paths, options.metric, options.to)
    sys.stdout.write(f"{options.to}: {tables} table{'' if tables == 1 else 's'}\n")
    return 0
