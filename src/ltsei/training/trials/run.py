"""Run the trials of one cell, one after another; what is finished stays when the job is interrupted.

Every stage of every trial has a folder with the results that it would have as a job of its own, and a record that is
written last. In the end, the validation logits of all trials become one file, which the choice reads, and everything
else becomes an archive, from which the results of the chosen trial are taken.
"""

import importlib
import logging
import shutil
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.config.recipe import Trials
from ltsei.config.search_space import with_values
from ltsei.core import files
from ltsei.runtime import checkpoint
from ltsei.training.divergence import DivergedError
from ltsei.training.trials.cell import CellOfTrial, FolderOfOutputs, InputPaths
from ltsei.training.trials.design import values

RECORD = "finished.json"
DIVERGED = "diverged.json"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Run:
    """The trials of one job.

    Attributes:
        settings: of the trials.
        inputs: what the first stage of every trial starts from.
        cell: whose trials these are.
        folder: of the results while the job is unfinished.
        identity: names settings, code and data; finished trials that belong to others are run again.
    """

    settings: Trials
    inputs: Mapping[str, str]
    cell: CellOfTrial
    folder: str
    identity: str

    def trial(self, number: int) -> np.ndarray | None:
        """Carry out the stages of a trial that are not finished; return its validation logits, None if it diverged."""
        place = Path(self.folder) / f"{number:03d}"
        if _record(place / DIVERGED, self.identity):
            return None
        (place / DIVERGED).unlink(missing_ok=True)  # of other settings, code or data
        stages = with_values(self.settings.stages, values(self.settings.space, number))
        inputs = InputPaths(self.inputs)
        try:
            for stage, module in zip(stages, self.settings.modules, strict=True):
                inputs |= self._stage(stage, stages, module, inputs, place / stage)
        except DivergedError as error:
            log.warning("trial %d: %s", number, error)
            files.write_json(place / DIVERGED, {"identity": self.identity, "reason": str(error)})
            return None
        logits: np.ndarray = np.load(FolderOfOutputs(place / list(stages)[-1]).logits_val)
        return logits

    def _stage(
        self, stage: str, stages: Mapping[str, Any], module: str, inputs: InputPaths, place: Path
    ) -> dict[str, str]:
        """Carry out a stage of a trial unless it is finished; return the inputs that it adds for later stages."""
        record = _record(place / RECORD, self.identity)
        if record:
            return dict(record["inputs"])
        runner: Any = importlib.import_module(module)
        saved = self.cell.attempt.resume
        with saved.within(place / "resume") if saved else nullcontext() as resume:
            cell = replace(self.cell, attempt=replace(self.cell.attempt, resume=resume))
            added: dict[str, str] = runner.run(stages[stage], inputs, FolderOfOutputs(place), cell)
            if stage == "stage1" and _needs_features(stages):
                trained = checkpoint.load(added["model"])
                added |= runner.extract(stages[stage], trained, FolderOfOutputs(place.with_name("features")), cell)
        files.write_json(place / RECORD, {"identity": self.identity, "inputs": added})
        return added


def identity(fingerprint: str, split: str, *records: str) -> str:
    """Return a hash of settings and code, and of what trials start from: the split, the records of earlier stages."""
    contents = (np.frombuffer(Path(path).read_bytes(), dtype=np.uint8) for path in (split, *records))
    return checkpoint.digest(fingerprint, *contents)


def numbers(trials: str, choice: str | None) -> range:
    """Return the trials that ``010-019`` stands for in a path, or the one that `choice`, a file, names."""
    if choice is not None:
        chosen = files.read_json(choice)["chosen"]
        return range(chosen, chosen + 1)
    first, _, last = trials.partition("-")
    return range(int(first), int(last) + 1)


def run(job: Run, trials: range, outputs: Any) -> None:
    """Carry out trials and write their validation logits [T, N, C], NaN where one diverged, and the archive.

    Args:
        job: the trials.
        trials: their numbers; 0 is the default recipe.
        outputs: names the files: ``logits_val`` and ``archive``.
    """
    logits: dict[int, np.ndarray | None] = {}
    for number in trials:
        log.info("trial %d of %d to %d", number, trials[0], trials[-1])
        logits[number] = job.trial(number)
    missing = np.full((len(job.cell.split.val), job.cell.store.meta.num_classes), np.nan, dtype=np.float32)
    files.write_npy(outputs.logits_val, np.stack([missing if each is None else each for each in logits.values()]))
    folder = Path(job.folder)
    results = sorted(_results(folder, list(job.settings.stages)))
    files.write_archive(outputs.archive, ((file.relative_to(folder).as_posix(), file.read_bytes()) for file in results))


def clean(folder: str | Path) -> None:
    """Remove what `run` has kept, once all its outputs and their record are written."""
    shutil.rmtree(folder, ignore_errors=True)


def _results(folder: Path, stages: list[str]) -> Iterator[Path]:
    """Yield the files of the trials that did not diverge."""
    for trial in folder.iterdir():
        if trial.is_dir() and not (trial / DIVERGED).exists():
            results = (file for stage in stages for file in (trial / stage).iterdir())
            yield from (file for file in results if file.is_file() and file.name != RECORD)


def _needs_features(stages: Mapping[str, Any]) -> bool:
    """Return whether a stage after stage 1 works on its features."""
    second, third = stages.get("stage2"), stages.get("stage3")
    return bool((second and not second.moves_backbone) or (third and third.uses("features")))


def _record(path: Path, identity: str) -> dict[str, Any] | None:
    """Return a record of this identity; None where there is none."""
    record: dict[str, Any] = files.read_json(path) if path.exists() else {}
    return record if record.get("identity") == identity else None
