"""The network of a transformer: one that is built anew, or a pretrained one and what is kept of it."""

from dataclasses import dataclass, field

from search_spaces.point.require import require

TARGETS = ("attention", "all")
"""The matrices of a layer that get an adapter."""

LAYERS = ("lowest", "spread")
"""The layers of an encoder that are kept: the lowest ones, or evenly spaced ones from the lowest to the highest."""


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
        require(self.depth >= 1, "the depth must be at least 1", self.depth)
        require(self.heads >= 1, "the number of heads must be at least 1", self.heads)
        require(self.head_width >= 1, "the head width must be at least 1", self.head_width)
        require(self.feed_forward_ratio > 0, "the feed-forward ratio must be more than 0", self.feed_forward_ratio)
        for dropout in (self.hidden_dropout, self.attention_dropout, self.classifier_dropout):
            require(0 <= dropout < 1, "a dropout must be at least 0 and below 1", dropout)

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
        require(self.rank >= 1, "the rank must be at least 1", self.rank)
        require(self.alpha >= 1, "alpha must be at least 1", self.alpha)
        require(self.targets in TARGETS, f"the targets must be one of {', '.join(TARGETS)}", self.targets)
        require(0 <= self.dropout < 1, "a dropout must be at least 0 and below 1", self.dropout)


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
            require(0 < share <= 1, "a share to keep must be above 0 and at most 1", share)
        require(self.layers in LAYERS, f"the layers to keep must be one of {', '.join(LAYERS)}", self.layers)

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
        require(0 <= self.frozen_share <= 1, "the frozen share must lie within 0 .. 1", self.frozen_share)
        for dropout in (self.hidden_dropout, self.attention_dropout, self.classifier_dropout):
            require(0 <= dropout < 1, "a dropout must be at least 0 and below 1", dropout)


def _part(share: float, whole: int) -> int:
    return max(1, round(share * whole))
