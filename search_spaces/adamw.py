"""The optimizer's parameters that every space of transformers has."""

from search_spaces.dimension import FloatRange
from search_spaces.point import Optimizer
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
