"""Estimates of the training throughput of one slot, before any trial has run."""

from automl.core import SCRATCH_WEIGHTS, Pace
from search_spaces import AnyPoint, Architecture, Kept, Linear, Point, Pretrained, Probe, Text
from trials.hub import describe, locate

DEPTHS = ("num_hidden_layers", "n_layers", "num_layers", "n_layer")
WIDTHS = ("hidden_size", "dim", "d_model", "n_embd")
"""Names of depth and width in the configs of transformers."""

BACKWARD_SHARE = 2 / 3
"""Share of a layer's time that is saved if the layer is frozen."""

ATTENTION_SHARE = 1 / 3
"""Share of a layer's weights in attention: 4 w^2 of 12 w^2 for width w. The others are in the feed-forward part."""

COUNTED_PER_SECOND, COUNTED_WITH_CHARACTERS = 250_000, 75_000
"""Tokens per second of a linear model on one core, without and with runs of characters.

Measured on BBC News: 1 490 texts of 540 tokens in 3.2 s, and in 10.6 s with up to 5 characters.
"""


def tokens_per_second(point: AnyPoint, pace: Pace) -> float:
    """Return the training tokens per second of the model of `point`; for a frozen encoder, those it reads.

    Args:
        point: the point of a trial.
        pace: how fast one slot trains.

    Raises:
        PretrainedError: the checkpoint of the model cannot be read.
    """
    if isinstance(point, Linear):
        return COUNTED_WITH_CHARACTERS if point.text.characters else COUNTED_PER_SECOND
    if isinstance(point, Probe):
        if (measured := pace.reading.get(point.text.checkpoint)) is not None:
            return measured
        return _encoder_tokens(pace, point.text.checkpoint) / (1 - BACKWARD_SHARE)
    if not isinstance(point.architecture, Pretrained):
        return pace.scratch
    spared = BACKWARD_SHARE * point.architecture.frozen_share
    return _encoder_tokens(pace, point.architecture.checkpoint, point.architecture.kept) / (1 - spared)


def pretrained_pace(point: Point, tokens: float) -> float:
    """Return `Pace.pretrained` of a slot that trains `tokens` tokens per second of the pretrained model of `point`.

    Raises:
        PretrainedError: the checkpoint of the model cannot be read.
    """
    unit = Pace(pretrained=1.0)
    return tokens / tokens_per_second(point, unit)


def masked_tokens_per_second(point: Point, share: float, pace: Pace) -> float:
    """Return the tokens per second of masked-token training of the encoder of `point`.

    Args:
        point: the point of a trial with a self-supervised stage.
        share: share of the tokens that are masked.
        pace: how fast one slot trains.

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
    rate = pace.pretrained if isinstance(point.architecture, Pretrained) else pace.scratch * SCRATCH_WEIGHTS
    return rate / (12 * depth * width**2 + share * words * width)


def width_of(checkpoint: str) -> int:
    """Return the hidden width of a checkpoint, in features; 768, that of most encoders, if its config names none.

    Raises:
        PretrainedError: the checkpoint cannot be read.
    """
    return _size(describe(locate(checkpoint)), WIDTHS, 768)


def _encoder_tokens(pace: Pace, checkpoint: str, kept: Kept | None = None) -> float:
    config = describe(locate(checkpoint))
    depth, width = _size(config, DEPTHS, 12), _size(config, WIDTHS, 768)
    layers = depth if kept is None else len(kept.layers_of(depth)) * _share_of_a_layer(kept)
    return pace.pretrained / (12 * layers * width**2)


def _share_of_a_layer(kept: Kept) -> float:
    """Return the share of a layer's weights that is kept."""
    return ATTENTION_SHARE * kept.heads_share + (1 - ATTENTION_SHARE) * kept.feed_forward_share


def _size(config: dict[str, object], names: tuple[str, ...], otherwise: int) -> int:
    return next((found for name in names if isinstance(found := config.get(name), int)), otherwise)
