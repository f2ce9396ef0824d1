"""The optimizer's parameters that every space of transformers has."""

from dataclasses import replace

from search_spaces.dimension import FloatRange
from search_spaces.point import BALANCES, Optimizer, PretrainedText, Pretraining, Training
from search_spaces.suggest import Suggest


def adamw(suggest: Suggest, *, rate: FloatRange, warmup_share: float) -> Optimizer:
    """AdamW with the peak learning rate from `rate`, and a schedule whose warm-up is `warmup_share` by default."""
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
"""The parameter's name; in a space of several algorithms, that of the algorithm stands before it."""


def balance(suggest: Suggest) -> str:
    """One of `BALANCES`."""
    return suggest.choice(BALANCE, BALANCES, default="none")


def is_balanced(suggest: Suggest) -> bool:
    """Whether rare classes count for more, in a model that is fitted in one go."""
    return suggest.choice(BALANCE, ("none", "weights"), default="none") == "weights"


CHECKPOINT = "architecture.checkpoint"
"""The parameter that names the checkpoint."""

OWN_CHECKPOINT = "minilm"
"""The checkpoint where none is named: small, and to be had as a package."""


def checkpoint_of(suggest: Suggest) -> str:
    """The checkpoint of a point: a name of ours, a folder, or an id on the Hugging Face hub."""
    return suggest.choice(CHECKPOINT, (OWN_CHECKPOINT,), default=OWN_CHECKPOINT, free=True)


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


PRETRAINING = "pretraining"
"""How the names of its parameters begin; in a space of several algorithms, that of the algorithm stands before it."""

EPOCHS = f"{PRETRAINING}.epochs"
"""The parameter that says how long it is; 0 is none."""


def pretraining(suggest: Suggest, *, rates: tuple[float, ...]) -> Pretraining | None:
    """The stage with a peak learning rate of `rates`, whose first is the default; by default there is none."""
    epochs = suggest.choice(EPOCHS, (0.0, 0.5, 1.0, 2.0, 4.0, 8.0), default=0.0)
    learning_rate = suggest.choice(f"{PRETRAINING}.learning_rate", rates, default=rates[0])
    mask_share = suggest.choice(f"{PRETRAINING}.mask_share", (0.15,), default=0.15)
    return Pretraining(epochs, learning_rate, mask_share) if epochs > 0 else None


def is_balance(name: str) -> bool:
    """Whether a parameter of that name says what is done about classes of unlike size."""
    return name == BALANCE or name.endswith(f".{BALANCE}")
