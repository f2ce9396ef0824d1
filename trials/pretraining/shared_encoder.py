"""Encoders after the stage, cached on disk: trials with an equal stage share it, and one of them does the work."""

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
"""Largest loss of work if the process of a stage is killed."""

POLL_SECONDS = 0.1

FOLDER, LOCK = "pretraining-", "lock"

MOST_KEPT = 8
"""Largest number of encoders in a cache. The least recently used ones are removed: each is as large as a model."""

Make = Callable[[], MlmTrainer]


@dataclass(frozen=True)
class PretrainedEncoder:
    """Weights on the CPU, by their names in `model.base_model`, and the final loss."""

    weights: Mapping[str, torch.Tensor]
    loss: float


def shared_encoder(cache: Path | None, identity: str, make: Make) -> Generator[None, None, PretrainedEncoder]:
    """Return the encoder after the stage `identity`, from `cache` or from a trainer that `make` creates.

    It yields now and then, as a heartbeat. A lock is held by the process that trains, and is released if it dies; the
    next process continues from the saved state. Without a cache, or if the disk refuses it, nothing is shared.

    Raises:
        Diverged: the loss is no longer finite.
    """
    folder = None if cache is None else _created(cache / f"{FOLDER}{identity}")
    if folder is None:
        return (yield from _trained(make(), None, identity))
    while True:
        with held(folder / LOCK) as ours:
            if ours:
                encoder = yield from _finished(folder, identity, make)
                break
        yield
        time.sleep(POLL_SECONDS)
    _evict(folder.parent)
    return encoder


def _created(folder: Path) -> Path | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / LOCK).touch()
    except OSError:
        return None
    return folder


def _finished(folder: Path, identity: str, make: Make) -> Generator[None, None, PretrainedEncoder]:
    """Return the encoder from the cache, or train it; only for the process that holds the lock."""
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
            _save(folder, identity, trainer.tensors(), {"examples": trainer.examples})
            saved = time.monotonic()
        yield
    encoder = PretrainedEncoder(trainer.encoder(), trainer.loss)
    if folder is not None:
        _save(folder, identity, encoder.weights, {"examples": trainer.examples, "loss": encoder.loss})
    return encoder


def _save(folder: Path, identity: str, tensors: Mapping[str, torch.Tensor], facts: Mapping[str, float]) -> None:
    """Save the state. If it cannot be written, other processes repeat the work, but no trial fails."""
    with suppress(CheckpointError):
        write_state(folder, identity, tensors, facts)


def _evict(cache: Path) -> None:
    """Remove all encoders but the last used ones. Lock files stay, because other processes may wait for them."""
    with suppress(OSError):
        files = sorted(cache.glob(f"{FOLDER}*/{FILE}"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[MOST_KEPT:]:
            with held(file.with_name(LOCK)) as ours:
                if ours:
                    file.unlink(missing_ok=True)
