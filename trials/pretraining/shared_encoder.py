"""Encoders that went through the stage, kept on disk: trials that agree on a stage share it, and one does the work."""

import time
from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import torch

from trials.errors import CheckpointError
from trials.files import FILE, held, read_state, write_state
from trials.pretraining.mlm_trainer import MlmTrainer

SECONDS_BETWEEN_STATES = 30.0
"""What a stage loses at most whose process is killed."""

SECONDS_BETWEEN_LOOKS = 0.1

FOLDER, LOCK = "pretraining-", "lock"

MOST_KEPT = 8
"""Encoders of one cache. Those that were used longest ago give way: each is as large as a model."""

Make = Callable[[], MlmTrainer]


@dataclass(frozen=True)
class PretrainedEncoder:
    """Weights by the names that `model.base_model` has for them, on the CPU; and the loss that was left."""

    weights: Mapping[str, torch.Tensor]
    loss: float


def shared_encoder(cache: Path | None, identity: str, make: Make) -> Generator[None, None, PretrainedEncoder]:
    """The encoder that the stage `identity` ends with, from `cache` or by a trainer that `make` gives.

    It gives a sign of life now and then. Whoever works on it holds a lock, which ends with the process that has it;
    the next one goes on from what is there. Without a cache, or on a disk that refuses it, nothing is shared.

    Raises:
        Diverged: the loss is no longer finite.
    """
    folder = None if cache is None else _made(cache / f"{FOLDER}{identity}")
    if folder is None:
        return (yield from _trained(make(), None, identity))
    while True:
        with held(folder / LOCK) as ours:
            if ours:
                encoder = yield from _finished(folder, identity, make)
                break
        yield
        time.sleep(SECONDS_BETWEEN_LOOKS)
    _make_room(folder.parent)
    return encoder


def _made(folder: Path) -> Path | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / LOCK).touch()
    except OSError:
        return None
    return folder


def _finished(folder: Path, identity: str, make: Make) -> Generator[None, None, PretrainedEncoder]:
    """Only for whoever holds the lock."""
    saved = read_state(folder, identity)
    if saved is not None and (loss := saved[1].get("loss")) is not None:
        (folder / FILE).touch()
        return PretrainedEncoder(saved[0], loss)
    trainer = make()
    if saved is not None:
        trainer.resume(saved[0], saved[1]["examples"])
    return (yield from _trained(trainer, folder, identity))


def _trained(trainer: MlmTrainer, folder: Path | None, identity: str) -> Generator[None, None, PretrainedEncoder]:
    saved = time.monotonic()
    for _ in trainer.steps():
        if folder is not None and time.monotonic() - saved > SECONDS_BETWEEN_STATES:
            _keep(folder, identity, trainer.tensors(), {"examples": trainer.examples})
            saved = time.monotonic()
        yield
    encoder = PretrainedEncoder(trainer.encoder(), trainer.loss)
    if folder is not None:
        _keep(folder, identity, encoder.weights, {"examples": trainer.examples, "loss": encoder.loss})
    return encoder


def _keep(folder: Path, identity: str, tensors: Mapping[str, torch.Tensor], facts: Mapping[str, float]) -> None:
    """What the disk does not take costs others as much again, but no trial."""
    with suppress(CheckpointError):
        write_state(folder, identity, tensors, facts)


def _make_room(cache: Path) -> None:
    """Removes all but the encoders used last. Locks stay, since others may wait for them."""
    with suppress(OSError):
        files = sorted(cache.glob(f"{FOLDER}*/{FILE}"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[MOST_KEPT:]:
            with held(file.with_name(LOCK)) as ours:
                if ours:
                    file.unlink(missing_ok=True)
