"""What is trained: three models on texts of two lengths, made up, with lengths that vary as those of real texts do."""

import os
from dataclasses import dataclass, replace

import numpy as np
import torch
from transformers import PreTrainedModel

from search_spaces import SPACES, Architecture, Point, Space
from trials.data import EncodedDataset, EncodedSplit
from trials.models import build_model

LABELS = ("a", "b", "c", "d", "e")
ROWS = 6000


@dataclass(frozen=True)
class Shape:
    """A model: its encoder by the name that the space `encoder` has for it, and its sizes."""

    name: str
    encoder: str
    depth: int
    heads: int
    head_width: int
    vocabulary: int
    batch_size: int = 32

    @property
    def width(self) -> int:
        return self.heads * self.head_width


SHAPES = (
    Shape("bert w128 d2", "bert/cls", 2, 4, 32, 6000),
    Shape("modernbert w256 d4", "modernbert/mean", 4, 4, 64, 6000),
    Shape("MiniLM's size", "bert/cls", 6, 12, 32, 30522),
)

WANTED = "GPU_BENCHMARK_LENGTHS"
"""Environment variable with the lengths that are measured, separated by commas; all if it is not set."""

LENGTHS = {"tiny": (24.0, 6.0, 32), "short": (48.0, 16.0, 96), "medium": (96.0, 24.0, 128), "long": (256.0, 85.0, 512)}
"""Mean and deviation of the tokens of a text, and the most."""


def lengths() -> tuple[str, ...]:
    """The names of the lengths that are measured."""
    wanted = os.environ.get(WANTED)
    return tuple(LENGTHS) if not wanted else tuple(wanted.split(","))


def data_of(shape: Shape, texts: str) -> EncodedDataset:
    """The texts, of which every fortieth token tells the label."""
    mean, deviation, most = LENGTHS[texts]
    generator = np.random.default_rng(0)
    lengths = np.clip(generator.normal(mean, deviation, size=ROWS), 8, most).astype(np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    labels = generator.integers(0, len(LABELS), size=ROWS)
    tokens = generator.integers(20, shape.vocabulary, size=offsets[-1]).astype(np.int32)
    telling = generator.random(len(tokens)) < 1 / 40
    tokens[telling] = 10 + np.repeat(labels, lengths)[telling]
    split = EncodedSplit(tokens, offsets, labels)
    return EncodedDataset(split, split, LABELS, "{}", shape.vocabulary, most)


def point_of(shape: Shape) -> Point:
    """The default point of the space `encoder`, in this shape."""
    space = Space("encoder", SPACES["encoder"])
    point = space.replay({**space.defaults(), "architecture.encoder": shape.encoder})
    architecture = replace(point.architecture, depth=shape.depth, heads=shape.heads, head_width=shape.head_width)
    return replace(point, architecture=architecture, training=replace(point.training, batch_size=shape.batch_size))


def model_of(shape: Shape, data: EncodedDataset, architecture: Architecture | None = None) -> PreTrainedModel:
    """The model with fresh weights, on the CPU; of `architecture` if it differs in dropout only."""
    torch.manual_seed(0)
    return build_model(
        architecture or point_of(shape).architecture,
        vocabulary_size=data.vocabulary_size,
        max_length=data.max_length,
        label_names=data.label_names,
    )


def flops_of(shape: Shape, texts: str) -> float:
    """Floating-point operations of a training step for one text: three times those of its products forward.

    Padding is left out, so waste shows as a low utilisation. Embeddings are looked up, not multiplied.
    """
    point, mean = point_of(shape), LENGTHS[texts][0]
    inner = point.architecture.feed_forward_width
    matrices = 4 * shape.width**2 + (3 if shape.encoder.startswith("modernbert") else 2) * shape.width * inner
    attention = 2 * mean * shape.width
    return 3 * 2 * mean * shape.depth * (matrices + attention)
