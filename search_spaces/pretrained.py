"""The parameters that the spaces have in common which train a pretrained encoder further."""

from dataclasses import replace

from search_spaces.adamw import adamw
from search_spaces.balance import balance
from search_spaces.dimension import FloatRange
from search_spaces.point import Optimizer, PretrainedText, Training
from search_spaces.suggest import Suggest


def text_of(suggest: Suggest, checkpoint: str) -> PretrainedText:
    """How much of a text is read, by the tokenizer of `checkpoint`."""
    return PretrainedText(checkpoint, suggest.choice("text.longest", (64, 128, 256), default=128))


def layered_adamw(suggest: Suggest) -> Optimizer:
    """AdamW for whole layers under a new classifier: the lower a layer, the slower it learns."""
    return replace(
        headed_adamw(suggest, rate=FloatRange(1e-5, 1e-3, 2e-4, log=True)),
        layer_decay=suggest.real("optimizer.layer_decay", 0.6, 1.0, default=0.9),
    )


def headed_adamw(suggest: Suggest, *, rate: FloatRange) -> Optimizer:
    """AdamW with the peak learning rate from `rate`, and one of its own for a new classifier."""
    return replace(
        adamw(suggest, rate=rate, warmup_share=0.05),
        head_learning_rate=suggest.real("optimizer.head_learning_rate", 1e-4, 1e-2, default=2e-3, log=True),
    )


def training_of(suggest: Suggest) -> Training:
    """How batches are fed."""
    return Training(
        batch_size=suggest.choice("training.batch_size", (8, 16, 32), default=16),
        label_smoothing=suggest.real("training.label_smoothing", 0.0, 0.2, default=0.0),
        balance=balance(suggest),
    )
