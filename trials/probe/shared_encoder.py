"""Encoders that several probes of one process share, so that each is in memory once."""

import filecmp
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

import torch
from transformers import PreTrainedModel

from trials.hub import CONFIG, weights_identity
from trials.pretrained import load_encoder


@dataclass(frozen=True)
class _Source:
    files: tuple[Path, ...]
    identity: bytes
    device: torch.device

    def is_the_same(self, other: "_Source") -> bool:
        if self.device != other.device or [file.name for file in self.files] != [file.name for file in other.files]:
            return False
        try:
            return self.identity == other.identity or all(
                filecmp.cmp(mine, its, shallow=False) for mine, its in zip(self.files, other.files, strict=True)
            )
        except OSError:  # the files that were loaded are gone
            return False


_LOADED: WeakKeyDictionary[PreTrainedModel, _Source] = WeakKeyDictionary()
"""The encoders that some probe holds. No probe changes its encoder."""


def shared_encoder(folder: Path, device: torch.device) -> tuple[PreTrainedModel, bytes]:
    """Return the encoder in `folder`, which is loaded only if no probe of this process holds one of the same content.

    Args:
        folder: config and weights. A copy of them elsewhere has the same content.
        device: where it computes.

    Returns:
        The encoder, and bytes that identify it among the encoders of this process.

    Raises:
        PretrainedError: the encoder cannot be read.
    """
    files = (folder / CONFIG, *sorted(folder.glob("*.safetensors")))
    wanted = _Source(files, weights_identity(folder), device)
    for encoder, source in list(_LOADED.items()):
        if source.is_the_same(wanted):
            return encoder, source.identity
    encoder = load_encoder(folder).to(device)
    _LOADED[encoder] = wanted
    return encoder, wanted.identity
