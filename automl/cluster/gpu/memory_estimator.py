"""Predicts the GPU memory of a trial: a formula, corrected by the peaks of similar trials."""

import math
from collections import defaultdict, deque

from search_spaces import Point, Pretrained, Probe
from trials.errors import PretrainedError
from trials.hardware import CONTEXT_BYTES, FIRST_MARGIN, footprint_of, least_in_shards

DEVICE = "cuda"

MARGIN = 1.1
"""Factor for memory that fragmentation leaves unused."""

REMEMBERED = 50
"""Number of latest trials of a kind that count."""

ALMOST_ALL = 0.9
"""Share of these trials for which the corrected prediction must suffice."""


class MemoryEstimator:
    """Predicts the device memory of a trial's process in bytes, and learns from the peaks of trials.

    Args:
        longest: tokens of the longest text of the data, within the length limit of the study.
        narrow: whether trials compute large products in bf16. Where a GPU cannot, the peaks of its first trials show.
    """

    def __init__(self, longest: int, *, narrow: bool = False) -> None:
        self._longest = longest
        self._narrow = narrow
        self._ratios: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=REMEMBERED))

    def needed(self, point: Point | Probe, parts: int = 1) -> int | None:
        """Return the bytes that a trial needs, with a margin.

        Args:
            point: the point of the trial.
            parts: parts into which each batch is split.

        Returns:
            None if the checkpoint of the point cannot be read.
        """
        formula = self._formula(point, parts)
        return None if formula is None else round(formula * self._factor(kind_of(point))) + CONTEXT_BYTES

    def needed_in_shards(self, point: Point, processes: int) -> int | None:
        """Return the least bytes that each of several processes needs if each holds a shard of the model.

        Args:
            point: the point of the trial.
            processes: number of processes, each with its own GPU.

        Returns:
            None if the checkpoint of the point cannot be read.
        """
        try:
            formula = least_in_shards(point, self._longest, processes)
        except PretrainedError:
            return None
        factor = max(FIRST_MARGIN, self._factor(kind_of(point)))  # the trial itself uses the first margin
        return round(formula * factor) + CONTEXT_BYTES

    def learn(self, point: Point | Probe, parts: int, peak: int) -> None:
        """Correct the predictions for this kind of point by the peak of a trial.

        Args:
            point: the point of the trial.
            parts: parts into which its batches were split.
            peak: peak memory of its tensors in bytes; 0 if unknown.
        """
        formula = self._formula(point, parts)
        if formula and peak:
            self._ratios[kind_of(point)].append(peak / formula)

    def _formula(self, point: Point | Probe, parts: int) -> int | None:
        try:
            return footprint_of(point, self._longest, DEVICE, parts, narrow=self._narrow).bytes
        except PretrainedError:  # the trial itself reports this error
            return None

    def _factor(self, kind: str) -> float:
        ratios = sorted(self._ratios[kind])
        return MARGIN * ratios[math.ceil(ALMOST_ALL * len(ratios)) - 1] if ratios else FIRST_MARGIN


def kind_of(point: Point | Probe) -> str:
    """Return the kind of a point; points of one kind share the correction factor."""
    if isinstance(point, Probe):
        return f"probe {point.text.checkpoint}"
    model, stage = point.architecture, "pretraining" if point.pretraining else ""
    if not isinstance(model, Pretrained):
        return f"{model.family} {stage}"
    return f"{model.checkpoint} {'lora' if model.adapter else ''} {'subnet' if model.kept else ''} {stage}"
