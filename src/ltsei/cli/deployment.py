"""The commands on trained cells, `ltsei predict` and `ltsei export`; what they need is imported when they run."""

import argparse
from dataclasses import fields
from typing import Any

from ltsei.core.errors import InputError
from ltsei.data.readers.open_signal_file import ReaderSettings
from ltsei.evaluation.rejection import SCORES
from ltsei.pipeline.deployment.trained_source import PARAMETERS as OF_RECORDINGS

NO_SCORE = "none"
DEFAULT_SCORE = "mahalanobis"
"""The score with the highest AUROC against unknown classes in `config/open_set.yaml` (docs/trained-models.md)."""
SETTINGS = [*(field.name for field in fields(ReaderSettings)), *OF_RECORDINGS]
CARD, GRAPH = "MODEL_CARD.md", "model.onnx"


def add(commands: Any) -> None:
    """Add the commands to the parser."""
    _add_predict(commands)
    _add_export(commands)


def _add_predict(commands: Any) -> None:
    what = "label new signals or recordings with a trained cell: class, probability, rejected or not"
    parser = commands.add_parser("predict", help=what, description=what)
    parser.add_argument(
        "model", help="folder of a finished cell (results/DATASET/irRATIO/seedSEED/METHOD) or of an export"
    )
    parser.add_argument(
        "recordings",
        nargs="+",
        metavar="PATH",
        help="signals in any format that a data set may have, or raw, WAV or SigMF recordings and folders of these",
    )
    parser.add_argument("--to", default="predictions.csv", metavar="CSV", help="file to write [predictions.csv]")
    parser.add_argument(
        "--read", nargs="+", default=[], metavar="KEY=VALUE", help=f"how files are read: {', '.join(SETTINGS)}"
    )
    parser.add_argument(
        "--sigmf", metavar="FOLDER", help="folder for SigMF metadata, in which predictions annotate each recording"
    )
    parser.add_argument("--top", type=int, default=1, help="classes per signal, the most probable ones [1]")
    parser.add_argument(
        "--reject",
        choices=[*SCORES, NO_SCORE],
        default=DEFAULT_SCORE,
        help="score of unknown emitters [%(default)s]",
    )
    parser.add_argument("--sets", action="store_true", help="list the prediction set of each signal")
    _add_device(parser)
    parser.set_defaults(command=_predict)


def _add_export(commands: Any) -> None:
    what = "write a trained cell as a folder with weights, recipe, classes, calibration and model card"
    parser = commands.add_parser("export", help=what, description=what)
    parser.add_argument("cell", help="folder of a finished cell, results/DATASET/irRATIO/seedSEED/METHOD")
    parser.add_argument("--to", required=True, metavar="FOLDER", help="folder to write, new or of an earlier export")
    parser.add_argument(
        "--keep", type=float, default=0.95, help="share of known validation signals that is not rejected [0.95]"
    )
    parser.add_argument("--coverage", type=float, default=0.9, help="of the prediction sets [0.9]")
    parser.add_argument("--sets", choices=["thr", "aps"], default="thr", help="kind of the prediction sets [thr]")
    parser.add_argument("--onnx", action="store_true", help=f"write {GRAPH} too; needs the extra `export`")
    _add_device(parser)
    parser.set_defaults(command=_export)


def _predict(options: argparse.Namespace) -> int:
    from ltsei.cli import predict

    return predict.run(options)


def _export(options: argparse.Namespace) -> int:
    from ltsei.cli import export

    return export.run(options)


def _add_device(parser: argparse.ArgumentParser) -> None:
    """Add the option that says where a network runs."""
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
