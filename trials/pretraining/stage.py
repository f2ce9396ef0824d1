"""The stage of a trial, which it runs or takes from another trial."""

import hashlib
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from transformers import PreTrainedModel

from search_spaces import Architecture, Point, Pretrained, Pretraining
from trials.data import EncodedDataset
from trials.hub import locate, weights_identity
from trials.models import FAMILIES
from trials.pretraining.corpus import corpus_of
from trials.pretraining.mlm_trainer import MlmTrainer
from trials.pretraining.shared_encoder import shared_encoder
from trials.protocol import TrialJob, TrialReport
from trials.training import Compute, CostMeter, seed_everything, with_heartbeats

FORMAT = "1"
"""Version of the stage; to be raised whenever the same stage would give another encoder."""

Build = Callable[[Architecture | Pretrained], PreTrainedModel]


@dataclass(frozen=True)
class Stage:
    """All settings of a trial that determine the encoder, without the data; trials with equal ones share it."""

    architecture: Architecture | Pretrained
    settings: Pretraining
    seed: int


def stage_of(point: Point, seed: int) -> Stage | None:
    """Return the stage of a trial; None if it has none."""
    return None if point.pretraining is None else Stage(_bare(point.architecture), point.pretraining, seed)


def pretrained_weights(
    job: TrialJob, point: Point, data: EncodedDataset, compute: Compute, cost: CostMeter, build: Build
) -> Generator[TrialReport, None, Mapping[str, torch.Tensor] | None]:
    """Return the encoder's weights after the self-supervised stage, named as in `base_model`; None without a stage.

    The yielded reports are heartbeats. The stage does not change the random numbers of the trial that follows.

    Args:
        job: the trial.
        point: its point.
        data: its data.
        compute: where and how to compute.
        cost: receives the cost.
        build: builds the model of an architecture.

    Raises:
        Diverged: the loss is no longer finite.
        PretrainedError: the tokenizer has no mask token.
    """
    stage = stage_of(point, job.seed)
    if stage is None:
        return None
    started = time.perf_counter()

    def make() -> MlmTrainer:
        seed_everything(stage.seed)
        return MlmTrainer(build(stage.architecture), stage.settings, data, stage.seed, compute)

    encoder = yield from with_heartbeats(shared_encoder(job.cache, _identity(stage, data, compute), make), cost)
    cost.share(time.perf_counter() - started)
    cost.note_pretraining(encoder.loss)
    seed_everything(job.seed)
    return encoder.weights


def _bare(architecture: Architecture | Pretrained) -> Architecture | Pretrained:
    """Remove what concerns classes alone, and dropout, which such a short training does not need.

    A pretrained encoder is used whole, whatever the trial then freezes, adapts or prunes.
    """
    if isinstance(architecture, Pretrained):
        return Pretrained(
            architecture.checkpoint, 0.0, hidden_dropout=0.0, attention_dropout=0.0, classifier_dropout=0.0
        )
    pooling = FAMILIES[architecture.family].poolings[0]
    return replace(architecture, pooling=pooling, hidden_dropout=0.0, attention_dropout=0.0, classifier_dropout=0.0)


def _identity(stage: Stage, data: EncodedDataset, compute: Compute) -> str:
    """Return the SHA-256 in hex of all that determines the result of the stage."""
    digest = hashlib.sha256(repr((FORMAT, stage, str(compute.dtype), compute.device.type)).encode())
    digest.update(repr((data.vocabulary_size, data.tokenizer, dict(data.specials))).encode())
    if isinstance(stage.architecture, Pretrained):
        digest.update(weights_identity(locate(stage.architecture.checkpoint)))
    else:
        digest.update(str(data.max_length).encode())
    corpus = corpus_of(data)
    for array in (corpus.offsets, corpus.tokens):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
