"""Encoders that several probes of one process share, so that each is in memory once."""

import filecmp
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from weakref import WeakKeyDictionary

import torch
from transformers import PreTrainedModel

from trials.errors import PretrainedError
from trials.hub import CONFIG, weights_identity
from trials.pretrained import load_encoder


@dataclass(frozen=True)
class _Source:
    folder: Path
    identity: bytes
    device: torch.device

    def has_the_content_of(self, other: "_Source") -> bool:
        """Return whether what was loaded from here has the content of `other`."""
        if self.identity == other.identity:
            return True
        try:
            if weights_identity(self.folder) != self.identity:  # other files are here now
                return False
            mine, its = _files(self.folder), _files(other.folder)
            same_names = [file.name for file in mine] == [file.name for file in its]
            return same_names and all(
                one.samefile(two) or filecmp.cmp(one, two, shallow=False) for one, two in zip(mine, its, strict=True)
            )
        except OSError:  # the files are gone
            return False


_LOCK = Lock()

_LOADED: WeakKeyDictionary[PreTrainedModel, _Source] = WeakKeyDictionary()
"""The encoders that some probe holds. Nobody changes or moves them."""


def shared_encoder(folder: Path, device: torch.device) -> tuple[PreTrainedModel, bytes]:
    """Return the encoder in `folder`, which is loaded only if no probe of this process holds one of the same content.

    Args:
        folder: config and weights. A copy of them elsewhere has the same content.
        device: where it computes.

    Returns:
        The encoder, which must not be changed or moved, and bytes that identify it among the encoders of this process.

    Raises:
        PretrainedError: the encoder cannot be read.
    """
    with _LOCK:
        try:
            wanted = _Source(folder.resolve(), weights_identity(folder), device)
        except OSError as error:
            raise PretrainedError(f"the checkpoint in {str(folder)!r} must be readable, but: {error}") from error
        for encoder, source in _LOADED.items():
            if source.device == device and source.has_the_content_of(wanted):
                return encoder, source.identity
        encoder = load_encoder(folder).to(device)
        _LOADED[encoder] = wanted
        return encoder, wanted.identity


def _files(folder: Path) -> list[Path]:
    return [folder / CONFIG, *sorted(folder.glob("*.safetensors"))]
