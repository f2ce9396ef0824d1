"""One point of a space: the model of a trial and its training, as frozen data.

Each part rejects values that no model or optimizer could use, so that an impossible space is found before any compute.
"""

from dataclasses import dataclass, field, fields
from typing import TypeAlias

from search_spaces.errors import SpaceError

POOLINGS = ("mean", "first")
"""How a frozen encoder's outputs become one vector: the mean over all tokens, or the output of the first token."""

BALANCES = ("none", "weights", "focal", "sampling")
"""How class imbalance is treated: not at all; by class weights; by focal loss; by sampling rare classes more often."""

TARGETS = ("attention", "all")
"""The matrices of a layer that get an adapter."""

LAYERS = ("lowest", "spread")
"""The layers of an encoder that are kept: the lowest ones, or evenly spaced ones from the lowest to the highest."""

READINGS = ("head", "windows", "pair", "apart")
"""How a text becomes tokens: its beginning, if it is too long; several windows, whose features a probe averages; two
columns as a pair; or two columns each by itself, whose features a probe compares."""

WORD_READINGS = ("whole", "apart")
"""How a linear model reads a text: all of it at once; or two columns each by itself, which are compared."""

HIGHEST = 4
"""Largest number of layers, counted from the highest, whose outputs a probe can read."""


ANY_LENGTH = 8192
"""Tokens of a text beyond which no model reads; so that `data.max_length` alone is the limit."""


@dataclass(frozen=True, repr=False)
class Text:
    """A tokenizer that is trained on the training split.

    Attributes:
        vocabulary_size: number of word pieces.
        longest: maximum number of tokens of a text, special tokens included; at least 3. The default is no part of
            `repr`, by which training states are identified, so that those from before it existed are still used.
    """

    vocabulary_size: int
    longest: int = ANY_LENGTH

    def __post_init__(self) -> None:
        _must(self.vocabulary_size >= 1, "the vocabulary size must be at least 1", self.vocabulary_size)
        _must(self.longest >= 3, "the longest text must be at least 3 tokens", self.longest)

    def __repr__(self) -> str:
        return _without_defaults(self)


@dataclass(frozen=True, repr=False)
class PretrainedText:
    """The tokenizer of a pretrained checkpoint.

    Attributes:
        checkpoint: a built-in name, a folder, or an id on the Hugging Face hub.
        longest: maximum number of tokens of a text, special tokens included; at least 3.
        reading: how a text becomes tokens, one of `READINGS`. The default is no part of `repr`, by which training
            states are identified, so that those from before it existed are still used.
    """

    checkpoint: str
    longest: int
    reading: str = "head"

    def __post_init__(self) -> None:
        _must(self.longest >= 3, "the longest text must be at least 3 tokens", self.longest)
        _must(self.reading in READINGS, f"the reading must be one of {', '.join(READINGS)}", self.reading)

    def __repr__(self) -> str:
        return _without_defaults(self)


@dataclass(frozen=True)
class Words:
    """Counts of n-grams of words and characters.

    Attributes:
        words: largest number of words in an n-gram.
        characters: largest number of characters in an n-gram; 0 means no character n-grams.
        rarest: smallest number of training texts that an n-gram must occur in.
        sublinear: whether a count n is replaced by 1 + log(n).
        reading: how a text is read, one of `WORD_READINGS`.
    """

    words: int
    characters: int
    rarest: int
    sublinear: bool
    reading: str = "whole"

    def __post_init__(self) -> None:
        _must(self.words >= 1, "runs of words must be of at least 1", self.words)
        _must(self.characters >= 0, "runs of characters must be of at least 0", self.characters)
        _must(self.rarest >= 1, "the texts that something must occur in must be at least 1", self.rarest)
        _must(self.reading in WORD_READINGS, f"the reading must be one of {', '.join(WORD_READINGS)}", self.reading)


@dataclass(frozen=True)
class Architecture:
    """A transformer that is trained from scratch.

    Attributes:
        family: a key of `trials.models.FAMILIES`.
        pooling: one of the poolings of the family.
        depth: number of layers.
        heads: attention heads in each layer.
        head_width: features of each head.
        feed_forward_ratio: inner width of the feed-forward layers over the hidden width.
        activation: activation of the feed-forward layers.
        hidden_dropout: dropout of the hidden states; in [0, 1), as the other two.
        attention_dropout: dropout of the attention weights.
        classifier_dropout: dropout before the last layer.
        initialization: how the first weights are drawn, a key of `trials.models.INITIALIZATIONS`.
    """

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
    initialization: str = "normal"

    def __post_init__(self) -> None:
        _must(self.depth >= 1, "the depth must be at least 1", self.depth)
        _must(self.heads >= 1, "the number of heads must be at least 1", self.heads)
        _must(self.head_width >= 1, "the head width must be at least 1", self.head_width)
        _must(self.feed_forward_ratio > 0, "the feed-forward ratio must be more than 0", self.feed_forward_ratio)
        for dropout in (self.hidden_dropout, self.attention_dropout, self.classifier_dropout):
            _must(0 <= dropout < 1, "a dropout must be at least 0 and below 1", dropout)

    @property
    def width(self) -> int:
        """Hidden width, in features."""
        return self.heads * self.head_width

    @property
    def feed_forward_width(self) -> int:
        """Inner width of the feed-forward layers, in features."""
        return max(1, round(self.width * self.feed_forward_ratio))


@dataclass(frozen=True)
class LowRank:
    """A low-rank adapter: `B @ A * alpha / rank` is added to frozen matrices, and only A and B are trained.

    Attributes:
        rank: number of rows of A.
        alpha: scale of the product, before it is divided by the rank.
        targets: the matrices that get an adapter, one of `TARGETS`.
        dropout: dropout of the input of A, in [0, 1).
    """

    rank: int
    alpha: int
    targets: str
    dropout: float

    def __post_init__(self) -> None:
        _must(self.rank >= 1, "the rank must be at least 1", self.rank)
        _must(self.alpha >= 1, "alpha must be at least 1", self.alpha)
        _must(self.targets in TARGETS, f"the targets must be one of {', '.join(TARGETS)}", self.targets)
        _must(0 <= self.dropout < 1, "a dropout must be at least 0 and below 1", self.dropout)


@dataclass(frozen=True)
class Kept:
    """The part of a pretrained encoder that is kept: at least one layer, one head and one feed-forward unit.

    Attributes:
        depth_share: share of the layers, in (0, 1].
        heads_share: share of the heads of each layer, in (0, 1]; the most important ones are kept.
        feed_forward_share: share of the feed-forward units of each layer, likewise.
        layers: which layers are kept, one of `LAYERS`.
        is_padded: whether a model with fewer heads is saved with the others as zeros, so that transformers can read it.
            It concerns the saved model only, and is no part of `repr`, by which training states are identified.
    """

    depth_share: float
    heads_share: float
    feed_forward_share: float
    layers: str
    is_padded: bool = field(default=False, repr=False)

    def __post_init__(self) -> None:
        for share in (self.depth_share, self.heads_share, self.feed_forward_share):
            _must(0 < share <= 1, "a share to keep must be above 0 and at most 1", share)
        _must(self.layers in LAYERS, f"the layers to keep must be one of {', '.join(LAYERS)}", self.layers)

    def layers_of(self, depth: int) -> tuple[int, ...]:
        """Return the indices of the layers that are kept of `depth` layers; index 0, the lowest, is always kept."""
        count = _part(self.depth_share, depth)
        if self.layers == "lowest" or count == 1:
            return tuple(range(count))
        return tuple(round(index * (depth - 1) / (count - 1)) for index in range(count))

    def heads_of(self, heads: int) -> int:
        """Return how many of `heads` heads are kept."""
        return _part(self.heads_share, heads)

    def units_of(self, units: int) -> int:
        """Return how many of `units` feed-forward units are kept."""
        return _part(self.feed_forward_share, units)


@dataclass(frozen=True)
class Pretrained:
    """A pretrained encoder under a new classifier.

    Attributes:
        checkpoint: a built-in name, a folder, or an id on the Hugging Face hub.
        frozen_share: share of the layers, from the lowest, that is frozen; if there is any, so are the embeddings.
        hidden_dropout: dropout of the hidden states; in [0, 1), as the other two.
        attention_dropout: dropout of the attention weights.
        classifier_dropout: dropout before the last layer.
        adapter: low-rank matrices that are trained instead of the encoder's weights; None trains the weights.
        kept: the part of the encoder that is used; None uses all of it.
    """

    checkpoint: str
    frozen_share: float
    hidden_dropout: float
    attention_dropout: float
    classifier_dropout: float
    adapter: LowRank | None = None
    kept: Kept | None = None

    def __post_init__(self) -> None:
        _must(0 <= self.frozen_share <= 1, "the frozen share must lie within 0 .. 1", self.frozen_share)
        for dropout in (self.hidden_dropout, self.attention_dropout, self.classifier_dropout):
            _must(0 <= dropout < 1, "a dropout must be at least 0 and below 1", dropout)


@dataclass(frozen=True)
class Optimizer:
    """AdamW and its learning-rate schedule.

    Attributes:
        learning_rate: peak learning rate; with a head learning rate, that of the encoder's highest layer.
        beta1: decay rate of the first moment, in [0, 1).
        beta2: decay rate of the second moment, in [0, 1).
        epsilon: term of the denominator.
        weight_decay: decoupled weight decay.
        warmup_share: share of the full budget that is warm-up.
        schedule: schedule after the warm-up.
        gradient_clip: largest norm of the whole gradient.
        head_learning_rate: peak learning rate of the new weights on a pretrained encoder; None means `learning_rate`.
        layer_decay: the rate of a layer n layers below the highest is `learning_rate * layer_decay ** n`; a value
            below 1 needs a head learning rate.
    """

    learning_rate: float
    beta1: float
    beta2: float
    epsilon: float
    weight_decay: float
    warmup_share: float
    schedule: str
    gradient_clip: float
    head_learning_rate: float | None = None
    layer_decay: float = 1.0

    def __post_init__(self) -> None:
        _must(self.learning_rate > 0, "the learning rate must be more than 0", self.learning_rate)
        for beta in (self.beta1, self.beta2):
            _must(0 <= beta < 1, "a beta must be at least 0 and below 1", beta)
        _must(self.epsilon > 0, "epsilon must be more than 0", self.epsilon)
        _must(self.weight_decay >= 0, "the weight decay must be at least 0", self.weight_decay)
        _must(0 <= self.warmup_share <= 1, "the warm-up share must lie within 0 .. 1", self.warmup_share)
        _must(self.gradient_clip > 0, "the gradient clip must be more than 0", self.gradient_clip)
        head = self.head_learning_rate
        _must(head is None or head > 0, "the head's learning rate must be more than 0", head)
        _must(0 < self.layer_decay <= 1, "the layer decay must be above 0 and at most 1", self.layer_decay)
        _must(head is not None or self.layer_decay == 1, "a layer decay needs a head learning rate", self.layer_decay)


@dataclass(frozen=True)
class Training:
    """How batches are fed.

    Attributes:
        batch_size: examples in each step.
        label_smoothing: share of the target that is spread over all classes.
        balance: treatment of class imbalance, one of `BALANCES`.
    """

    batch_size: int
    label_smoothing: float
    balance: str = "none"

    def __post_init__(self) -> None:
        _must(self.batch_size >= 1, "the batch size must be at least 1", self.batch_size)
        _must(0 <= self.label_smoothing <= 1, "label smoothing must lie within 0 .. 1", self.label_smoothing)
        _must(self.balance in BALANCES, f"the balance must be one of {', '.join(BALANCES)}", self.balance)


@dataclass(frozen=True)
class Pretraining:
    """A self-supervised stage before the classes are learned: the encoder predicts masked tokens.

    Attributes:
        epochs: passes over the labelled and unlabelled texts together.
        learning_rate: peak learning rate.
        mask_share: share of the tokens that is to be predicted.
    """

    epochs: float
    learning_rate: float
    mask_share: float

    def __post_init__(self) -> None:
        _must(self.epochs > 0, "the epochs of a pretraining must be more than 0", self.epochs)
        _must(self.learning_rate > 0, "the learning rate of a pretraining must be more than 0", self.learning_rate)
        _must(0 < self.mask_share < 1, "the mask share must be above 0 and below 1", self.mask_share)


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
        _must(reading not in {"windows", "apart"}, "a transformer that is trained must read a text at once", reading)


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
        _must(self.pooling in POOLINGS, f"the pooling must be one of {', '.join(POOLINGS)}", self.pooling)
        _must(1 <= self.layers <= HIGHEST, f"the layers must lie within 1 .. {HIGHEST}", self.layers)
        _must(self.hidden >= 0, "the hidden units must be at least 0", self.hidden)
        _must(self.penalty > 0, "the penalty must be more than 0", self.penalty)


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
        _must(self.inverse_penalty > 0, "the inverse penalty must be more than 0", self.inverse_penalty)


AnyPoint: TypeAlias = Point | Probe | Linear
"""Types that a space function may return."""


def _without_defaults(part: Text | PretrainedText) -> str:
    """Return the usual `repr` of a dataclass, without the fields that have their defaults."""
    shown = [each for each in fields(part) if getattr(part, each.name) != each.default]
    return f"{type(part).__name__}({', '.join(f'{each.name}={getattr(part, each.name)!r}' for each in shown)})"


def _part(share: float, whole: int) -> int:
    return max(1, round(share * whole))


def _must(holds: bool, rule: str, value: object) -> None:
    if not holds:
        raise SpaceError(f"{rule}, not {value!r}")
