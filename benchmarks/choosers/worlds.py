"""Simulated algorithms: how good their trials are, how long they take, and how they end."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trials.protocol import BUDGET_STEPS

LAG = 0.08
"""How far the value of a trial lies below its final one when it begins."""

OWN_NOISE = 0.004
"""Standard deviation of a measured value among models of one algorithm, which err on much the same texts."""

FIRST_RUNG = BUDGET_STEPS // 9


@dataclass(frozen=True)
class Algorithm:
    """One algorithm.

    Attributes:
        top: the value that its best trials come near.
        spread: how far an ordinary trial lies below it; the distance has a gamma distribution of shape 2.
        seconds: seconds of a full trial; single trials vary by a third.
        bad: share of trials that lie `fall` lower.
        fall: how far a bad trial falls, at most.
        fails: share of trials that fail, at any time.
        pruned: share of trials in the worse half that are pruned at the first rung; a third of it in the better half.
        is_first: whether its default point is among the first trials of the study.
    """

    top: float
    spread: float
    seconds: float
    bad: float = 0.1
    fall: float = 0.15
    fails: float = 0.0
    pruned: float = 0.0
    is_first: bool = True


@dataclass(frozen=True)
class Draw:
    """One trial as it will go.

    Attributes:
        true: its final value on all texts there are.
        noise: what its measured value lies above that.
        full: seconds of its whole budget.
        share: share of the budget at which it ends.
        fails: whether it fails then.
        gradual: whether it is evaluated on the way, rather than fitted in one go.
    """

    true: float
    noise: float
    full: float
    share: float
    fails: bool
    gradual: bool

    def lag(self, share: float) -> float:
        """How far the value at this share of the budget lies below the final one."""
        return LAG * (1 - share) ** 2 if self.gradual else 0.0


def draw(algorithm: Algorithm, generator: np.random.Generator) -> Draw:
    """One trial of an algorithm. The same generator state gives the same trial."""
    falls, fails, prunes, when, pace = generator.random(5)
    below = algorithm.spread * generator.gamma(2.0) / 2
    is_worse = below > algorithm.spread * 0.84  # the median of the distribution
    true = algorithm.top - below - (algorithm.fall * generator.random() if falls < algorithm.bad else 0.0)
    is_pruned = prunes < algorithm.pruned * (1 if is_worse or falls < algorithm.bad else 1 / 3)
    is_failed = fails < algorithm.fails
    return Draw(
        true=true,
        noise=OWN_NOISE * float(generator.standard_normal()),
        full=algorithm.seconds * (0.67 + 0.67 * pace),
        share=when if is_failed else FIRST_RUNG / BUDGET_STEPS if is_pruned else 1.0,
        fails=is_failed,
        gradual=algorithm.pruned > 0,
    )


REVIEWS: Mapping[str, Algorithm] = {
    "linear": Algorithm(0.762, 0.006, 2.0),
    "probe": Algorithm(0.785, 0.012, 5.0),
    "finetune": Algorithm(0.825, 0.02, 45.0, fails=0.1, pruned=0.8),
}
"""Short texts: a cheap algorithm that saturates early, and a dear one that is best."""

NEWS: Mapping[str, Algorithm] = {
    "linear": Algorithm(0.985, 0.006, 3.0),
    "probe": Algorithm(0.978, 0.012, 5.0),
    "finetune": Algorithm(0.980, 0.02, 60.0, fails=0.1, pruned=0.8),
}
"""Long texts: the cheap algorithm is best, and the dear one is near it."""

COLLAPSES: Mapping[str, Algorithm] = {
    "linear": Algorithm(0.762, 0.006, 2.0),
    "probe": Algorithm(0.785, 0.012, 5.0),
    "finetune": Algorithm(0.840, 0.03, 45.0, bad=0.6, fall=0.5, pruned=0.8),
}
"""Most trials of the best algorithm predict one class only."""

CROWDED: Mapping[str, Algorithm] = {
    **REVIEWS,
    "subnet": Algorithm(0.80, 0.03, 30.0, pruned=0.8, is_first=False),
    "lora": Algorithm(0.83, 0.02, 50.0, fails=1.0, is_first=False),
    "encoder": Algorithm(0.74, 0.04, 60.0, bad=0.3, pruned=0.8, is_first=False),
}
"""Six algorithms, of which one always fails and one is hopeless."""

ALIKE: Mapping[str, Algorithm] = {
    "linear": Algorithm(0.80, 0.02, 2.0),
    "probe": Algorithm(0.80, 0.02, 10.0),
    "finetune": Algorithm(0.81, 0.02, 45.0, pruned=0.8),
}
"""Nearly the same values at very different costs."""

WORLDS: Mapping[str, Mapping[str, Algorithm]] = {
    "reviews": REVIEWS,
    "news": NEWS,
    "collapses": COLLAPSES,
    "crowded": CROWDED,
    "alike": ALIKE,
}
