"""Measures how fast a device trains models and reads texts, before a search plans the budgets of its trials."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from search_spaces import AnyPoint, Point, Probe, Text
from trials.data import EncodedDataset, Split, TextDataset, chosen_rows
from trials.data.encoding import encode
from trials.hardware import release_memory
from trials.hub import locate
from trials.pretrained import load_encoder
from trials.probe import encoder_features
from trials.protocol import MeasuredPace, PaceJob, TrialJob
from trials.training import Compute, Trainer, build, prepare
from trials.training.packs import Pack, marked

ROWS = 512
"""Rows that are trained on: the given texts over and over."""

TOKENS_AT_ONCE = {"cpu": 512}
"""Maximum number of tokens in a measured batch. More tokens are no faster on a CPU, and would take seconds."""


TEXTS_AT_ONCE = 8
"""Texts of the first batch that an encoder reads."""

FIRST_BATCHES = {"cuda": 2}
"""Batches that are not timed: on a GPU the second one records the CUDA graphs."""


def measure_pace(job: PaceJob) -> dict[str, MeasuredPace]:
    """Return how fast each model of `job` trains or reads, in tokens per second; padding does not count.

    Each model is built and trained as in a trial. The first batches are not timed, because they include what happens
    once. A probe that cannot be used here is left out.

    Args:
        job: the models, the texts, and how to compute.

    Raises:
        PretrainedError: a checkpoint cannot be used.
        Exception: training fails, for example because memory is short.
    """
    trained = {name: _measured(job, point) for name, point in job.points.items()}
    reading = {name: _reading(job, probe) for name, probe in job.readers.items()}
    release_memory()
    return trained | {name: MeasuredPace(pace) for name, pace in reading.items() if pace is not None}


def _reading(job: PaceJob, probe: Probe) -> float | None:
    """Return the tokens per second that a frozen encoder reads; None if it cannot be used here."""
    compute = prepare(_trial(job, probe))
    try:
        encoder = load_encoder(locate(probe.text.checkpoint)).to(compute.device)
        texts = _encoded(job, probe).train

        def read(examples: int) -> None:
            encoder_features(encoder, texts, np.arange(examples) % len(texts), compute)

        texts_per_second = _examples_per_second(read, job.seconds, TEXTS_AT_ONCE, compute.device.type)
    except Exception:  # a missing checkpoint, or too little memory; the other models are measured all the same
        return None
    return float(texts.lengths.mean()) * texts_per_second


def _measured(job: PaceJob, point: Point) -> MeasuredPace:
    compute = prepare(_trial(job, point))
    data = _encoded(job, point)
    length = float(data.train.lengths.mean())
    most = TOKENS_AT_ONCE.get(compute.device.type)
    batch = point.training.batch_size if most is None else min(point.training.batch_size, max(1, int(most // length)))
    point = replace(point, training=replace(point.training, batch_size=batch, balance="none"))
    model = build(point.architecture, data, compute)
    trainer = Trainer(model, point, data.train, budget=2**40, seed=0, compute=compute)
    alone = length * _examples_per_second(trainer.train, job.seconds, batch, compute.device.type)
    del model, trainer
    release_memory()
    packs = dict[int, float]()
    compute = prepare(_trial(job, point), scales=False)  # as packs do, which have no fp16
    for count in job.members:
        if (pace := _of_pack(job, point, data, compute, count)) is None:
            break  # larger ones need more memory
        packs[count] = length * pace
    return MeasuredPace(alone, packs)


def _of_pack(job: PaceJob, point: Point, data: EncodedDataset, compute: Compute, count: int) -> float | None:
    """Return the examples per second of all `count` members of a pack together; None if it cannot be trained."""
    try:
        model = build(marked(point.architecture), data, compute)
        weights = {name: weight.detach().clone() for name, weight in model.named_parameters()}
        pack = Pack(model, point, data.train, count, compute)
        members = [pack.join(weights, point, budget=2**40, seed=0) for _ in range(count)]

        def train(examples: int) -> None:
            for member in members:
                member.begin(examples)
            while not all(member.is_due for member in members):
                pack.advance()

        batch = point.training.batch_size
        return count * _examples_per_second(train, job.seconds, batch, compute.device.type)
    except Exception:  # whatever a model does that cannot be done for several at once; its trials then run alone
        return None
    finally:
        release_memory()


def _examples_per_second(train: Callable[[int], object], least: float, batch: int, device: str) -> float:
    """Return the examples per second that `train` trains on, measured for at least `least` seconds."""
    for _ in range(FIRST_BATCHES.get(device, 1)):
        train(batch)
    examples, portion, seconds = 0, batch, 0.0
    while seconds < least:
        started = time.perf_counter()
        train(portion)
        took = time.perf_counter() - started
        examples, seconds = examples + portion, seconds + took
        if took < least / 4:
            portion *= 2
    return examples / seconds


def _trial(job: PaceJob, point: AnyPoint) -> TrialJob:
    return TrialJob(
        number=0,
        point=point,
        seed=0,
        budget_examples=ROWS,
        metric="accuracy",
        checkpoint=Path(),
        state=Path(),
        precision=job.precision,
        device=job.device,
        threads=job.threads,
        memory_share=job.memory_share,
    )


def _encoded(job: PaceJob, point: Point | Probe) -> EncodedDataset:
    """Return the texts as training data, with labels that have no meaning, and a vocabulary of the full size."""
    split = Split(job.texts, np.arange(len(job.texts), dtype=np.int64) % job.classes)
    names = tuple(map(str, range(job.classes)))
    data = encode(TextDataset("pace", names, split, split, split, fingerprint=""), point.text, job.max_length, None)
    size = max(data.vocabulary_size, point.text.vocabulary_size) if isinstance(point.text, Text) else 0
    rows = chosen_rows(data.train, np.arange(ROWS) % len(job.texts))
    return replace(data, train=rows, vocabulary_size=size or data.vocabulary_size)
