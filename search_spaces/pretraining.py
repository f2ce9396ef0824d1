"""The parameters of the self-supervised stage, which the spaces of transformers have.

Few values each: trials that agree on them, and on the encoder, share the stage.
"""

from search_spaces.point import Pretraining
from search_spaces.suggest import Suggest

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
