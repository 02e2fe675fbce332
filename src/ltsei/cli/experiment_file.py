"""The experiment file with its overlays, as the commands that take `--configfile` read it."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from ltsei.config import yaml_file
from ltsei.core.errors import InputError
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.matrix import Matrix

EXPERIMENTS = Path("config/experiments.yaml")
SCRIPTS = Path("workflow/scripts")


def add_overlays(parser: argparse.ArgumentParser) -> None:
    """Add the option that names overlays."""
    parser.add_argument("--configfile", nargs="*", default=[], help="overlays, as for snakemake")


def matrix(overlays: Sequence[str], *, files: bool = True) -> Matrix:
    """Return the matrix of the experiment file with overlays, merged as snakemake merges them."""
    from snakemake.utils import update_config

    config: dict[str, object] = {}
    for path in [EXPERIMENTS, *map(Path, overlays)]:
        if not path.is_file():
            raise InputError(f"{path}: no such file; run this in the root of the repository")
        update_config(config, yaml_file.read(path))
    return load_matrix(config, SCRIPTS, files=files)
