"""What a trial will need of a GPU's memory: a formula, corrected by what trials of its kind have needed."""

import math
from collections import defaultdict, deque

from search_spaces import Point, Pretrained, Probe
from trials.errors import PretrainedError
from trials.hardware import CONTEXT_BYTES, FIRST_MARGIN, footprint_of, least_in_shards

DEVICE = "cuda"

MARGIN = 1.1
"""What freed pieces of unlike sizes leave unused, as a share of what is used."""

REMEMBERED = 50
"""Trials of a kind that count, the latest ones."""

ALMOST_ALL = 0.9
"""The share of them that must have had enough."""


class MemoryEstimator:
    """Predicts the bytes that a trial's process takes of its device, and learns from the peaks of trials."""

    def __init__(self, longest: int) -> None:
        """`longest` counts the tokens of the longest text of the data, as far as the study lets it be."""
        self._longest = longest
        self._ratios: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=REMEMBERED))

    def needed(self, point: Point | Probe, parts: int = 1) -> int | None:
        """Bytes, with a margin; None where nothing can be told. Each batch is computed in `parts` parts."""
        formula = self._formula(point, parts)
        return None if formula is None else round(formula * self._factor(kind_of(point))) + CONTEXT_BYTES

    def needed_in_shards(self, point: Point, processes: int) -> int | None:
        """The least that each of several processes needs of its device if each has a shard of the model, as above."""
        try:
            formula = least_in_shards(point, self._longest, processes)
        except PretrainedError:
            return None
        factor = max(FIRST_MARGIN, self._factor(kind_of(point)))  # the trial itself reckons with the first one
        return round(formula * factor) + CONTEXT_BYTES

    def learn(self, point: Point | Probe, parts: int, peak: int) -> None:
        """Takes in that a trial of `point` has had `peak` bytes of tensors at most."""
        formula = self._formula(point, parts)
        if formula and peak:
            self._ratios[kind_of(point)].append(peak / formula)

    def _formula(self, point: Point | Probe, parts: int) -> int | None:
        try:
            return footprint_of(point, self._longest, DEVICE, parts).bytes
        except PretrainedError:  # the trial itself will say so
            return None

    def _factor(self, kind: str) -> float:
        ratios = sorted(self._ratios[kind])
        return MARGIN * ratios[math.ceil(ALMOST_ALL * len(ratios)) - 1] if ratios else FIRST_MARGIN


def kind_of(point: Point | Probe) -> str:
    """What points have in common whose predictions are wrong by the same factor."""
    if isinstance(point, Probe):
        return f"probe {point.text.checkpoint}"
    model, stage = point.architecture, "pretraining" if point.pretraining else ""
    if not isinstance(model, Pretrained):
        return f"{model.family} {stage}"
    return f"{model.checkpoint} {'lora' if model.adapter else ''} {'subnet' if model.kept else ''} {stage}"
