"""Learning-rate schedules as functions of progress, so that they are the same for every batch size."""

import math
from collections.abc import Callable


def linear(progress: float) -> float:
    """Falls evenly from 1 to 0."""
    return 1.0 - progress


def cosine(progress: float) -> float:
    """Falls from 1 to 0 along half a cosine (Loshchilov & Hutter, "SGDR", 2017, eq. 5, without restarts)."""
    return 0.5 * (1.0 + math.cos(math.pi * progress))


def constant(progress: float) -> float:
    """Stays at 1."""
    return 1.0


SCHEDULES: dict[str, Callable[[float], float]] = {
    "linear": linear,
    "cosine": cosine,
    "constant": constant,
}


def learning_rate_factor(progress: float, warmup_share: float, schedule: str) -> float:
    """Return the share of the peak learning rate after `progress` of the budget.

    Args:
        progress: examples seen over the full budget, from 0 to 1.
        warmup_share: share of the budget over which the factor rises linearly from 0 to 1.
        schedule: a key of `SCHEDULES`, for the rest of the budget.
    """
    if progress < warmup_share:
        return progress / warmup_share
    return SCHEDULES[schedule]((progress - warmup_share) / max(1.0 - warmup_share, 1e-12))
