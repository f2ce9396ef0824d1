"""One point of a space: everything that makes one trial's model and its training, as frozen data.

Each part refuses values that no model or optimizer could use, so that an impossible space is found before any compute.
"""

from dataclasses import dataclass
from typing import TypeAlias

from search_spaces.errors import SpaceError

POOLINGS = ("mean", "first")
"""How a frozen encoder's outputs become one vector: their mean over all tokens, or that of the first token."""

BALANCES = ("none", "weights", "focal", "sampling")
"""What is done about classes of unlike size: nothing; rare ones count more; rows that are known count less; rare ones
are drawn more often."""

TARGETS = ("attention", "all")
"""Which matrices of a layer an adapter is beside."""

LAYERS = ("lowest", "spread")
"""Which layers of an encoder are kept: those next to the embeddings, or some from bottom to top at even distances."""

HIGHEST = 4
"""The most layers, from the highest down, whose outputs a probe can read."""


@dataclass(frozen=True)
class Text:
    """How text becomes tokens: `vocabulary_size` word pieces, learnt from the training split."""

    vocabulary_size: int

    def __post_init__(self) -> None:
        _must(self.vocabulary_size >= 1, "the vocabulary size must be at least 1", self.vocabulary_size)


@dataclass(frozen=True)
class PretrainedText:
    """How text becomes tokens: by the tokenizer of `checkpoint`, `longest` of them at most, special ones included."""

    checkpoint: str
    longest: int

    def __post_init__(self) -> None:
        _must(self.longest >= 3, "the longest text must be at least 3 tokens", self.longest)


@dataclass(frozen=True)
class Words:
    """How text becomes counts: of runs of up to `words` words, and of up to `characters` characters (0: none).

    What occurs in fewer than `rarest` training texts is left out; where `sublinear`, a count n is worth 1 + log(n).
    """

    words: int
    characters: int
    rarest: int
    sublinear: bool

    def __post_init__(self) -> None:
        _must(self.words >= 1, "runs of words must be of at least 1", self.words)
        _must(self.characters >= 0, "runs of characters must be of at least 0", self.characters)
        _must(self.rarest >= 1, "the texts that something must occur in must be at least 1", self.rarest)


@dataclass(frozen=True)
class Architecture:
    """The transformer. Hidden width is `heads * head_width`; feed-forward width is `feed_forward_ratio` times that.

    `initialization` says how its first weights are drawn.
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
    """Matrices that are trained beside a layer's own, which stay as they are: `B @ A * alpha / rank` is added to each.

    `targets` says to which: those of the `attention`, or `all` of a layer. `dropout` is that of what A reads.
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
    """What is kept of a pretrained encoder: a share of its layers and, in each, of its heads and feed-forward units.

    At least one of each. `layers` says which layers; of heads and units, those that matter most are kept.
    """

    depth_share: float
    heads_share: float
    feed_forward_share: float
    layers: str

    def __post_init__(self) -> None:
        for share in (self.depth_share, self.heads_share, self.feed_forward_share):
            _must(0 < share <= 1, "a share to keep must be above 0 and at most 1", share)
        _must(self.layers in LAYERS, f"the layers to keep must be one of {', '.join(LAYERS)}", self.layers)

    def layers_of(self, depth: int) -> tuple[int, ...]:
        """The layers that are kept of `depth`, from 0, the lowest, which is always one of them."""
        count = _part(self.depth_share, depth)
        if self.layers == "lowest" or count == 1:
            return tuple(range(count))
        return tuple(round(index * (depth - 1) / (count - 1)) for index in range(count))

    def heads_of(self, heads: int) -> int:
        """How many of `heads` are kept."""
        return _part(self.heads_share, heads)

    def units_of(self, units: int) -> int:
        """How many of `units` are kept."""
        return _part(self.feed_forward_share, units)


@dataclass(frozen=True)
class Pretrained:
    """The pretrained encoder of `checkpoint` under a new classifier.

    `checkpoint` is a name of ours, a folder, or an id on the Hugging Face hub. The lowest `frozen_share` of its layers
    is not trained, and where that is any, its embeddings are not either. With an `adapter` none of its weights are.
    Where something of the encoder is `kept`, the rest is cut off first.
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
    """AdamW and its learning-rate schedule. `warmup_share` is a share of the full budget; `gradient_clip` a norm.

    Both of the last are for pretrained encoders, and go together: `head_learning_rate` is that of what is new, and the
    learning rate of a layer that lies n layers below the highest is `learning_rate * layer_decay ** n`.
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
    """How batches are fed: `batch_size` examples a step, labels smoothed by `label_smoothing`, classes balanced so."""

    batch_size: int
    label_smoothing: float
    balance: str = "none"

    def __post_init__(self) -> None:
        _must(self.batch_size >= 1, "the batch size must be at least 1", self.batch_size)
        _must(0 <= self.label_smoothing <= 1, "label smoothing must lie within 0 .. 1", self.label_smoothing)
        _must(self.balance in BALANCES, f"the balance must be one of {', '.join(BALANCES)}", self.balance)


@dataclass(frozen=True)
class Pretraining:
    """A stage before the classes are learnt: the encoder guesses masked tokens, of labelled and unlabelled texts alike.

    It passes `epochs` times over them, with `learning_rate` at its peak; of each text a `mask_share` is to be guessed.
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
    """A transformer and its training: what one trial tries."""

    text: Text | PretrainedText
    architecture: Architecture | Pretrained
    optimizer: Optimizer
    training: Training
    pretraining: Pretraining | None = None


@dataclass(frozen=True)
class Probe:
    """A small classifier on the features of a frozen pretrained encoder: what one trial tries, too.

    Features are the outputs of the `layers` highest layers side by side, each pooled as `pooling` says. The classifier
    has `hidden` units between them and the classes (0: none); `penalty` is that on its squared weights. Where it is
    `balanced`, texts of a rare class count for more.
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
    """TF-IDF under a logistic regression, the more it may fit the larger `inverse_penalty` is.

    Where `balanced`, texts of a rare class count for more.
    """

    text: Words
    inverse_penalty: float
    balanced: bool = False

    def __post_init__(self) -> None:
        _must(self.inverse_penalty > 0, "the inverse penalty must be more than 0", self.inverse_penalty)


AnyPoint: TypeAlias = Point | Probe | Linear
"""What a space may give."""


def _part(share: float, whole: int) -> int:
    return max(1, round(share * whole))


def _must(holds: bool, rule: str, came: object) -> None:
    if not holds:
        raise SpaceError(f"{rule}, not {came!r}")
