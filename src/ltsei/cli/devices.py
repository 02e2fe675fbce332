"""The option `--device` of commands that run a network."""

import argparse
from typing import Any

from ltsei.core.errors import InputError


def add_device(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    parser.add_argument(
        "--device", choices=["auto", "cpu", "cuda"], default="auto", help="auto: a GPU, if there is one"
    )


def device(name: str) -> Any:
    """Return torch's device; InputError for ``cuda`` without a GPU."""
    import torch

    available = torch.cuda.is_available()
    if name == "cuda" and not available:
        raise InputError("--device: got cuda, but torch finds no GPU here; use auto or cpu")
    return torch.device("cuda" if available and name != "cpu" else "cpu")
