"""What a processor core trains in a second, as far as it can be told before anything has run."""

from search_spaces import AnyPoint, Architecture, Kept, Linear, Point, Pretrained, Probe, Text
from trials.hub import describe, locate

TOKENS_PER_SECOND = 20_000
"""What one CPU core trains of the default model, measured on BBC News (width 128, depth 2): 80 texts of 256 tokens."""

WEIGHTS_PER_SECOND = TOKENS_PER_SECOND * 12 * 2 * 128**2
"""The same in tokens times weights of layers, which is what products take. Measured with MiniLM: 1.1 times as many."""

DEPTHS, WIDTHS = ("num_hidden_layers", "n_layers", "num_layers"), ("hidden_size", "dim", "d_model")
"""What configs of transformers call them."""

BACKWARD_SHARE = 2 / 3
"""Of the time of a layer, what is spared where it is frozen."""

ATTENTION_SHARE = 1 / 3
"""Of the weights of a layer of hidden width w, 4 w^2 of 12 w^2: those to and from heads. All others are of units."""

COUNTED_PER_SECOND = 200_000
"""Tokens that one core counts and fits a linear model to, measured on BBC News: 1 500 texts of 540 tokens in 4 s."""


def tokens_per_second(point: AnyPoint) -> float:
    """Tokens that one core trains of the model of `point`, or, of a frozen encoder, reads.

    Raises:
        PretrainedError: it is one whose checkpoint cannot be read.
    """
    if isinstance(point, Linear):
        return COUNTED_PER_SECOND
    if isinstance(point, Probe):
        return _encoder_tokens(point.text.checkpoint) / (1 - BACKWARD_SHARE)
    if not isinstance(point.architecture, Pretrained):
        return TOKENS_PER_SECOND
    spared = BACKWARD_SHARE * point.architecture.frozen_share
    return _encoder_tokens(point.architecture.checkpoint, point.architecture.kept) / (1 - spared)


def masked_tokens_per_second(point: Point, share: float) -> float:
    """Tokens that one core trains of the encoder of `point` where a `share` of them is to be guessed.

    Raises:
        PretrainedError: its checkpoint cannot be read.
    """
    match point.architecture:
        case Pretrained(checkpoint):
            config = describe(locate(checkpoint))
            depth, width = _size(config, DEPTHS, 12), _size(config, WIDTHS, 768)
            words = _size(config, ("vocab_size",), 30_000)
        case Architecture(depth=depth) as architecture:
            width, words = architecture.width, point.text.vocabulary_size if isinstance(point.text, Text) else 0
    return WEIGHTS_PER_SECOND / (12 * depth * width**2 + share * words * width)


def _encoder_tokens(checkpoint: str, kept: Kept | None = None) -> float:
    config = describe(locate(checkpoint))
    depth, width = _size(config, DEPTHS, 12), _size(config, WIDTHS, 768)
    layers = depth if kept is None else len(kept.layers_of(depth)) * _share_of_a_layer(kept)
    return WEIGHTS_PER_SECOND / (12 * layers * width**2)


def _share_of_a_layer(kept: Kept) -> float:
    """The weights that are left of a layer, as a share of all."""
    return ATTENTION_SHARE * kept.heads_share + (1 - ATTENTION_SHARE) * kept.feed_forward_share


def _size(config: dict[str, object], names: tuple[str, ...], otherwise: int) -> int:
    return next((found for name in names if isinstance(found := config.get(name), int)), otherwise)
