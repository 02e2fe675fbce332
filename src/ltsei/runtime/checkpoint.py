"""Checkpoints: the results of a training, and the state from which an interrupted one resumes."""

import hashlib
import io
import logging
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ltsei.core import files
from ltsei.core.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor, nn

DIGEST_BYTES = hashlib.sha256().digest_size

log = logging.getLogger(__name__)


def save(path: str | Path, content: dict[str, Any], *, sealed: bool = False) -> None:
    """Write tensors and plain values; equal content gives equal bytes.

    The content is serialised in memory: given a path, torch would write its name into the file, and on a full disk it
    reports nothing but an unexpected position.

    Args:
        path: of the file.
        content: of the checkpoint.
        sealed: whether a hash of the bytes follows them, for a file that no record describes.
    """
    import torch

    buffer = io.BytesIO()
    torch.save(content, buffer)
    if sealed:
        buffer.write(hashlib.sha256(buffer.getbuffer()).digest())
    with files.atomic(path) as temporary:
        temporary.write_bytes(buffer.getbuffer())


def load(path: str | Path, *, sealed: bool = False) -> dict[str, Any]:
    """Return the content of a checkpoint, its tensors on the host; no code in the file is executed.

    Args:
        path: of the file.
        sealed: as it was for `save`.

    Raises:
        InputError: the file is missing, truncated, not a checkpoint, or its hash is not that of its bytes.
    """
    import torch

    source = io.BytesIO(_unsealed(Path(path))) if sealed else path
    try:
        content = torch.load(source, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged archive can raise anything
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise InputError(f"{path}: not a complete checkpoint ({reason}); delete it and run its rule again") from error
    if not isinstance(content, dict):
        raise InputError(f"{path}: holds {type(content).__name__}, expected the mapping of a checkpoint")
    return content


def _unsealed(path: Path) -> bytes:
    """Return the bytes before the hash at the end of a file; InputError where it is not theirs."""
    stored = path.read_bytes()
    content, seal = stored[:-DIGEST_BYTES], stored[-DIGEST_BYTES:]
    if hashlib.sha256(content).digest() != seal:
        raise InputError(f"{path}: damaged: its content does not match the hash at its end")
    return content


def snapshot(module: "nn.Module") -> "dict[str, Tensor]":
    """Return a copy of a module's state on the host, unaffected by later training."""
    return {name: tensor.detach().cpu().clone() for name, tensor in module.state_dict().items()}


def digest(*values: str | np.ndarray) -> str:
    """Return a hash that identifies data."""
    hashed = hashlib.sha256()
    for value in values:
        hashed.update(value.encode() if isinstance(value, str) else np.ascontiguousarray(value).data)
    return hashed.hexdigest()


class Resume:
    """The saved state of a training, in a folder of its own.

    A context manager around everything that the job writes: leaving it without an error deletes the state and the
    folder, any other end keeps them for the next attempt.
    """

    def __init__(self, folder: str | Path, *, fingerprint: str, minutes: float) -> None:
        """Keep the state in `folder`, every `minutes`, for the recipe and code that `fingerprint` identifies."""
        self.path = Path(folder) / "state.pt"
        self.fingerprint, self.seconds = fingerprint, 60 * minutes
        self._last = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        folder = self.path.parent
        if kind is None and folder.is_dir():
            for path in folder.glob(f"*{self.path.name}*"):  # also what a killed attempt was writing
                path.unlink()
            if not any(folder.iterdir()):
                folder.rmdir()

    def within(self, folder: str | Path) -> "Resume":
        """Return the state, in another folder, of one of several trainings of the same job."""
        return Resume(folder, fingerprint=self.fingerprint, minutes=self.seconds / 60)

    def due(self) -> bool:
        """Return whether it is time to save."""
        return time.monotonic() - self._last >= self.seconds

    def save(self, identity: str, state: dict[str, Any]) -> None:
        """Replace the saved state; `identity` names what it belongs to besides recipe and code, such as the split.

        If it cannot be written, as on a full disk, the previous state stays and the training continues.
        """
        try:
            save(self.path, {"fingerprint": self.fingerprint, "identity": identity, "state": state}, sealed=True)
        except OSError as error:
            log.warning("the state could not be saved, the previous one stays: %s", error)
        self._last = time.monotonic()

    def load(self, identity: str) -> dict[str, Any] | None:
        """Return the saved state; None, with a warning in the log, where it is damaged or belongs to something else."""
        if not self.path.exists():
            return None
        try:
            content = load(self.path, sealed=True)
        except InputError as error:
            log.warning("training starts from the beginning: %s", error)
            return None
        for key, expected, what in (
            ("fingerprint", self.fingerprint, "settings or code"),
            ("identity", identity, "signals, split, starting weights, device or version of torch"),
        ):
            if content.get(key) != expected:
                log.warning("training starts from the beginning: the state in %s has other %s", self.path, what)
                return None
        state: dict[str, Any] = content["state"]
        return state
