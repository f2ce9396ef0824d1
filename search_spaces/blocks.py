"""Parameters that several spaces share."""

from dataclasses import replace

from search_spaces.dimension import FloatRange
from search_spaces.point import BALANCES, Optimizer, PretrainedText, Pretraining, Training
from search_spaces.suggest import Suggest


def adamw(suggest: Suggest, *, rate: FloatRange, warmup_share: float) -> Optimizer:
    """Return the settings of AdamW.

    Args:
        suggest: gives the values.
        rate: range of the peak learning rate.
        warmup_share: default share of the budget that is warm-up.
    """
    return Optimizer(
        learning_rate=suggest.real("optimizer.learning_rate", rate.low, rate.high, default=rate.default, log=rate.log),
        beta1=suggest.real("optimizer.beta1", 0.8, 0.95, default=0.9),
        beta2=suggest.real("optimizer.beta2", 0.9, 0.999, default=0.999),
        epsilon=suggest.real("optimizer.epsilon", 1e-9, 1e-6, default=1e-8, log=True),
        weight_decay=suggest.real("optimizer.weight_decay", 1e-4, 0.3, default=1e-2, log=True),
        warmup_share=suggest.real("optimizer.warmup_share", 0.0, 0.2, default=warmup_share),
        schedule=suggest.choice("optimizer.schedule", ("linear", "cosine", "constant"), default="linear"),
        gradient_clip=suggest.real("optimizer.gradient_clip", 0.3, 3.0, default=1.0, log=True),
    )


BALANCE = "training.balance"
"""Name of the parameter; a space of several algorithms puts the name of the algorithm before it."""


def balance(suggest: Suggest) -> str:
    """Return one of `BALANCES`, as `suggest` gives it."""
    return suggest.choice(BALANCE, BALANCES, default="none")


def is_balanced(suggest: Suggest) -> bool:
    """Return whether a model that is fitted in one go gives rare classes a larger weight."""
    return suggest.choice(BALANCE, ("none", "weights"), default="none") == "weights"


CHECKPOINT = "architecture.checkpoint"
"""The parameter that names the checkpoint."""

OWN_CHECKPOINT = "minilm"
"""Default checkpoint; it is small, and available as a package."""


def checkpoint_of(suggest: Suggest) -> str:
    """Return the checkpoint of a point: a built-in name, a folder, or an id on the Hugging Face hub."""
    return suggest.choice(CHECKPOINT, (OWN_CHECKPOINT,), default=OWN_CHECKPOINT, free=True)


LENGTH = "text.longest"
"""Name of the parameter; a space of several algorithms puts the name of the algorithm before it."""

READING = "text.reading"
"""Name of the parameter; a space of several algorithms puts the name of the algorithm before it."""


def text_of(suggest: Suggest, checkpoint: str) -> PretrainedText:
    """Return the tokenizer, the maximum length of a text, and how it becomes tokens that a model is trained on.

    Args:
        suggest: gives the values.
        checkpoint: the checkpoint whose tokenizer is used.
    """
    longest = suggest.choice(LENGTH, (64, 128, 256), default=128)
    return PretrainedText(checkpoint, longest, suggest.choice(READING, ("head",), default="head", more=("pair",)))


FROZEN = ("windows", "apart")
"""Readings that only features can have."""


def frozen_text_of(suggest: Suggest, checkpoint: str) -> PretrainedText:
    """Return the tokenizer, the maximum length of a text, and how it becomes tokens of which features are computed.

    Args:
        suggest: gives the values.
        checkpoint: the checkpoint whose tokenizer is used.
    """
    longest = suggest.choice(LENGTH, (256,), default=256)
    return PretrainedText(checkpoint, longest, suggest.choice(READING, ("head",), default="head", more=FROZEN))


USUAL_WIDTH = 384
"""Hidden width of the encoder that the ranges of learning rates suit, in features; that of `OWN_CHECKPOINT`."""

LAYER_RATE = FloatRange(1e-5, 1e-3, 2e-4, log=True)
"""Range of the learning rate of an encoder's weights, at `USUAL_WIDTH`."""

ADAPTER_RATE = FloatRange(1e-4, 4e-3, 1e-3, log=True)
"""Range of the learning rate of low-rank adapters, at `USUAL_WIDTH`."""

WIDTH_EXPONENTS = {LAYER_RATE: 2.5, ADAPTER_RATE: 1.0}
"""By which power of the width each of these rates falls. Whole encoders of width 768 want 1e-5 to 5e-5 where those of
width 384 want 2e-4; adapters depend on the width far less.
"""

LEAST_FACTOR, LARGEST_FACTOR = 0.05, 2.0
"""Limits of the factor that a width gives, because widths beyond those that were tried say nothing."""


def rate_for_width(rate: FloatRange, width: int) -> FloatRange:
    """Return the range of a learning rate for encoders of another width than the usual one.

    Args:
        rate: the range; returned unchanged if it is none of `WIDTH_EXPONENTS`.
        width: hidden width of the encoder, in features.
    """
    exponent = WIDTH_EXPONENTS.get(rate)
    if exponent is None or width == USUAL_WIDTH:
        return rate
    factor = min(max((USUAL_WIDTH / width) ** exponent, LEAST_FACTOR), LARGEST_FACTOR)
    low, high, default = (float(f"{factor * value:.1e}") for value in (rate.low, rate.high, rate.default))
    return FloatRange(low, high, default, log=rate.log)


def layered_adamw(suggest: Suggest) -> Optimizer:
    """Return AdamW for whole layers under a new classifier; lower layers have a smaller learning rate."""
    return replace(
        headed_adamw(suggest, rate=LAYER_RATE),
        layer_decay=suggest.real("optimizer.layer_decay", 0.6, 1.0, default=0.9),
    )


def headed_adamw(suggest: Suggest, *, rate: FloatRange) -> Optimizer:
    """Return AdamW with a separate learning rate for a new classifier.

    Args:
        suggest: gives the values.
        rate: range of the peak learning rate of all other weights.
    """
    return replace(
        adamw(suggest, rate=rate, warmup_share=0.05),
        head_learning_rate=suggest.real("optimizer.head_learning_rate", 1e-4, 1e-2, default=2e-3, log=True),
    )


def training_of(suggest: Suggest) -> Training:
    """Return batch size, label smoothing and class balance."""
    return Training(
        batch_size=suggest.choice("training.batch_size", (8, 16, 32), default=16),
        label_smoothing=suggest.real("training.label_smoothing", 0.0, 0.2, default=0.0),
        balance=balance(suggest),
    )


PRETRAINING = "pretraining"
"""Prefix of the stage's parameters; a space of several algorithms puts the name of the algorithm before it."""

EPOCHS = f"{PRETRAINING}.epochs"
"""Parameter that gives the length of the stage in epochs; 0 means no stage."""


def pretraining(suggest: Suggest, *, rates: tuple[float, ...]) -> Pretraining | None:
    """Return the self-supervised stage; None, which is the default, means no stage.

    Args:
        suggest: gives the values.
        rates: options of the peak learning rate, the default first.
    """
    epochs = suggest.choice(EPOCHS, (0.0, 0.5, 1.0, 2.0, 4.0, 8.0), default=0.0)
    learning_rate = suggest.choice(f"{PRETRAINING}.learning_rate", rates, default=rates[0])
    mask_share = suggest.choice(f"{PRETRAINING}.mask_share", (0.15,), default=0.15)
    return Pretraining(epochs, learning_rate, mask_share) if epochs > 0 else None


def is_balance(name: str) -> bool:
    """Return whether `name` is the parameter of the class balance, with or without the name of an algorithm."""
    return name == BALANCE or name.endswith(f".{BALANCE}")
