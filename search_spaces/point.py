"""One point of a space: everything that makes one trial's model and its training, as frozen data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """How text becomes tokens: `vocabulary_size` word pieces, learnt from the training split."""

    vocabulary_size: int


@dataclass(frozen=True)
class Architecture:
    """The transformer. Hidden width is `heads * head_width`; feed-forward width is `feed_forward_ratio` times that."""

    family: str
    pooling: str
    depth: int
    heads: int
    head_width: int
    feed_forward_ratio: float
    activation: str
    hidden_dropout: float
    attention_dropout: float
    classifier_dropout: float

    @property
    def width(self) -> int:
        """Hidden width, in features."""
        return self.heads * self.head_width

    @property
    def feed_forward_width(self) -> int:
        """Inner width of the feed-forward layers, in features."""
        return max(1, round(self.width * self.feed_forward_ratio))


@dataclass(frozen=True)
class Optimizer:
    """AdamW and its learning-rate schedule. `warmup_share` is a share of the full budget; `gradient_clip` a norm."""

    learning_rate: float
    beta1: float
    beta2: float
    epsilon: float
    weight_decay: float
    warmup_share: float
    schedule: str
    gradient_clip: float


@dataclass(frozen=True)
class Training:
    """How batches are fed: `batch_size` examples a step, labels smoothed by `label_smoothing`."""

    batch_size: int
    label_smoothing: float


@dataclass(frozen=True)
class Point:
    """What one trial tries."""

    text: Text
    architecture: Architecture
    optimizer: Optimizer
    training: Training
