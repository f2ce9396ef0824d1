"""The three kinds of points: a transformer that is trained, a probe of a frozen one, and a linear model."""

from dataclasses import dataclass
from typing import TypeAlias

from search_spaces.point.architecture import Architecture, Pretrained
from search_spaces.point.require import require
from search_spaces.point.text import PretrainedText, Text, Words
from search_spaces.point.training import Optimizer, Pretraining, Training

POOLINGS = ("mean", "first")
"""How a frozen encoder's outputs become one vector: the mean over all tokens, or the output of the first token."""

HIGHEST = 4
"""Largest number of layers, counted from the highest, whose outputs a probe can read."""


@dataclass(frozen=True)
class Point:
    """A transformer and its training; `pretraining` is None if there is no self-supervised stage."""

    text: Text | PretrainedText
    architecture: Architecture | Pretrained
    optimizer: Optimizer
    training: Training
    pretraining: Pretraining | None = None

    def __post_init__(self) -> None:
        reading = self.text.reading if isinstance(self.text, PretrainedText) else "head"
        require(reading not in {"windows", "apart"}, "a transformer that is trained must read a text at once", reading)


@dataclass(frozen=True)
class Probe:
    """A small classifier on the features of a frozen pretrained encoder.

    Attributes:
        text: tokenizer and encoder.
        pooling: how the outputs of a layer become one vector, one of `POOLINGS`.
        layers: number of layers, from the highest, whose pooled outputs are concatenated.
        hidden: hidden units between features and classes; 0 means none.
        penalty: factor of the squared weights.
        balanced: whether rare classes get a larger weight.
    """

    text: PretrainedText
    pooling: str
    layers: int
    hidden: int
    penalty: float
    balanced: bool = False

    def __post_init__(self) -> None:
        require(self.pooling in POOLINGS, f"the pooling must be one of {', '.join(POOLINGS)}", self.pooling)
        require(1 <= self.layers <= HIGHEST, f"the layers must lie within 1 .. {HIGHEST}", self.layers)
        require(self.hidden >= 0, "the hidden units must be at least 0", self.hidden)
        require(self.penalty > 0, "the penalty must be more than 0", self.penalty)


@dataclass(frozen=True)
class Linear:
    """TF-IDF under a logistic regression.

    Attributes:
        text: the n-grams that are counted.
        inverse_penalty: inverse of the regularization strength; a larger value fits the training texts closer.
        balanced: whether rare classes get a larger weight.
    """

    text: Words
    inverse_penalty: float
    balanced: bool = False

    def __post_init__(self) -> None:
        require(self.inverse_penalty > 0, "the inverse penalty must be more than 0", self.inverse_penalty)


AnyPoint: TypeAlias = Point | Probe | Linear
"""Types that a space function may return."""
