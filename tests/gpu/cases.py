"""Trainers on a GPU, on data of several lengths."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import PreTrainedModel

from search_spaces import Point
from tests.trials.toy import LABELS, toy_point, toy_tokenizer
from trials.data import EncodedDataset, EncodedSplit
from trials.hardware import MicroBatches, set_gpu_products
from trials.models import build_model
from trials.training import Compute, Trainer, seed_everything

GPU = torch.device("cuda")
LONGEST, WORDS = 120, 200
PORTION, STEPS = 41, 50

needs_gpu = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no GPU"),
]


def texts(count: int, seed: int) -> EncodedSplit:
    """Texts of 4 to 120 random tokens, of which the second tells the label."""
    generator = np.random.default_rng(seed)
    lengths = generator.integers(4, LONGEST + 1, size=count)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    tokens = generator.integers(10, WORDS, size=offsets[-1]).astype(np.int32)
    labels = generator.integers(0, len(LABELS), size=count)
    tokens[offsets[:-1] + 1] = 5 + labels
    return EncodedSplit(tokens, offsets, labels.astype(np.int64))


def data() -> EncodedDataset:
    return EncodedDataset(texts(400, 0), texts(90, 1), LABELS, toy_tokenizer().to_str(), WORDS, LONGEST)


DATA = data()


def point_of(encoder: str, dropout: float = 0.0, **training: object) -> Point:
    point = toy_point(encoder, learning_rate=1e-3, gradient_clip=0.5)
    drops = dict.fromkeys(("hidden_dropout", "attention_dropout", "classifier_dropout"), dropout)
    architecture = replace(point.architecture, depth=2, head_width=32, **drops)
    return replace(point, architecture=architecture, training=replace(point.training, **{"batch_size": 8, **training}))


def model_of(point: Point) -> PreTrainedModel:
    seed_everything(5)
    return build_model(
        point.architecture,
        vocabulary_size=DATA.vocabulary_size,
        max_length=DATA.max_length,
        label_names=DATA.label_names,
    )


def trainer_of(
    point: Point,
    *,
    graphs: bool = True,
    dtype: torch.dtype = torch.float32,
    device: torch.device = GPU,
    model: PreTrainedModel | None = None,
) -> Trainer:
    torch.set_num_threads(2)
    set_gpu_products()
    compute = Compute(device, dtype, MicroBatches(), graphs)
    model = (model or model_of(point)).to(device)
    seed_everything(7)
    return Trainer(model, point, DATA.train, budget=3000, seed=3, compute=compute)


def losses_of(trainer: Trainer, portions: int = 10) -> list[float]:
    return [trainer.train(PORTION) for _ in range(portions)]
