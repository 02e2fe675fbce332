"""The command `ltsei tables`; what it needs is imported when it runs."""

import argparse
import sys
from pathlib import Path
from typing import Any

WHAT = ("metrics", "classes", "signals", "histories", "open_set")


def add(commands: Any) -> None:
    """Add the command to the parser."""
    what = "write the results of all finished cells below a folder as one table for other tools, Parquet or CSV"
    parser = commands.add_parser("tables", help=what, description=what)
    parser.add_argument("results", type=Path, metavar="FOLDER", help="a folder of results, or one above several")
    parser.add_argument(
        "--what",
        choices=WHAT,
        default=WHAT[0],
        help="a row per cell, cell and class, test signal, epoch, or score of rejection [metrics]",
    )
    parser.add_argument("--to", type=Path, metavar="FILE", help="a .parquet or .csv file [WHAT.parquet]")
    parser.set_defaults(command=_run)


def _run(options: argparse.Namespace) -> int:
    from ltsei.report.frame_files import require_parquet, save
    from ltsei.report.frames import load

    path = options.to or Path(f"{options.what}.parquet")
    if path.suffix == ".parquet":
        require_parquet(path)  # before anything is read
    frame = load(options.results, options.what)
    save(frame, path)
    sys.stdout.write(f"{path}: {len(frame)} rows, {len(frame.columns)} columns\n")
    return 0
