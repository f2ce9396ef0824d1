"""How a transformer is trained."""

from dataclasses import dataclass

from search_spaces.point.require import require

BALANCES = ("none", "weights", "focal", "sampling")
"""How class imbalance is treated: not at all; by class weights; by focal loss; by sampling rare classes more often."""


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
        require(self.learning_rate > 0, "the learning rate must be more than 0", self.learning_rate)
        for beta in (self.beta1, self.beta2):
            require(0 <= beta < 1, "a beta must be at least 0 and below 1", beta)
        require(self.epsilon > 0, "epsilon must be more than 0", self.epsilon)
        require(self.weight_decay >= 0, "the weight decay must be at least 0", self.weight_decay)
        require(0 <= self.warmup_share <= 1, "the warm-up share must lie within 0 .. 1", self.warmup_share)
        require(self.gradient_clip > 0, "the gradient clip must be more than 0", self.gradient_clip)
        head = self.head_learning_rate
        require(head is None or head > 0, "the head's learning rate must be more than 0", head)
        require(0 < self.layer_decay <= 1, "the layer decay must be above 0 and at most 1", self.layer_decay)
        require(head is not None or self.layer_decay == 1, "a layer decay needs a head learning rate", self.layer_decay)


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
        require(self.batch_size >= 1, "the batch size must be at least 1", self.batch_size)
        require(0 <= self.label_smoothing <= 1, "label smoothing must lie within 0 .. 1", self.label_smoothing)
        require(self.balance in BALANCES, f"the balance must be one of {', '.join(BALANCES)}", self.balance)


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
        require(self.epochs > 0, "the epochs of a pretraining must be more than 0", self.epochs)
        require(self.learning_rate > 0, "the learning rate of a pretraining must be more than 0", self.learning_rate)
        require(0 < self.mask_share < 1, "the mask share must be above 0 and below 1", self.mask_share)
