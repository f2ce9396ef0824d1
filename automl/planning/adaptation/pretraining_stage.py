"""Decides whether a self-supervised stage is searched, and its lengths, by the unlabelled texts and the time."""

from collections.abc import Callable
from dataclasses import dataclass

from automl.config import Experiment, without_mask
from automl.planning.prepare_data import PreparedData
from automl.planning.resolved_experiment import ResolvedExperiment
from search_spaces import ALGORITHM, EPOCHS, LATER, PRETRAINING, Choice, Point, Pretrained, Space, Value

LARGEST_SHARE = 0.25
"""Maximum share of the time budget for one stage. Trials with the same stage share it, but not all do."""

FIRST = 2.0
"""Passes over the texts of the stage that is tried early; the nearest length for which there is time is used."""


@dataclass(frozen=True)
class _PretrainedSpace:
    """An algorithm of a space; None for a space without a choice of algorithms."""

    space: Space
    algorithm: Value | None

    def name(self, parameter: str) -> str:
        return parameter if self.algorithm is None else f"{self.algorithm}.{parameter}"

    def point(self, passes: Value) -> Point | None:
        """Return the default point with this length of the stage."""
        point = self.space.replay({**self.space.defaults(self.algorithm), self.name(EPOCHS): passes})
        return point if isinstance(point, Point) else None

    def none(self) -> dict[str, Value]:
        """Return the overrides that disable the stage."""
        own, dimensions = self.name(f"{PRETRAINING}."), self.space.dimensions()
        return {name: dimension.default for name, dimension in dimensions.items() if name.startswith(own)}

    def early(self, passes: list[Value]) -> dict[str, Value]:
        """Return a point to try early, as values that differ from the defaults."""
        chosen = {} if self.algorithm is None else {ALGORITHM: self.algorithm}
        return {**chosen, self.name(EPOCHS): min(passes, key=lambda length: abs(float(length) - FIRST))}


def suited_pretraining(
    resolved: ResolvedExperiment, prepared: PreparedData, say: Callable[[str], None]
) -> ResolvedExperiment:
    """Return the experiment with the self-supervised stages that are worth trying; others are disabled.

    A stage is worth trying if there are unlabelled texts, and it takes at most `LARGEST_SHARE` of the time budget.
    One such stage of each algorithm becomes a first point. The study stores the result, so it holds when it is resumed.

    Args:
        resolved: the experiment and its space; parameters that the experiment names are not changed.
        prepared: the data and the budgets.
        say: receives a message if the unlabelled texts are not used.
    """
    experiment, space, asked_for = resolved.experiment, resolved.space, resolved.asked_for
    candidates = [_PretrainedSpace(space, algorithm) for algorithm in space.algorithms()]
    candidates = [candidate for candidate in candidates if candidate.name(EPOCHS) in space.dimensions()]
    open_ = [candidate for candidate in candidates if candidate.name(EPOCHS) not in asked_for]
    worth = [(candidate, _worth_a_try(candidate, experiment, prepared)) for candidate in open_]
    overrides: dict[str, object] = {}
    for candidate, passes in worth:
        overrides |= {candidate.name(EPOCHS): [0.0, *passes]} if passes else candidate.none()
    if prepared.dataset.unlabeled and len(open_) == len(candidates) and not any(passes for _, passes in worth):
        say(_unused(prepared, candidates))
    early = [candidate.early(passes) for candidate, passes in worth if passes and candidate.algorithm not in LATER]
    return resolved.with_points(*early).with_overrides(overrides)


def _worth_a_try(candidate: _PretrainedSpace, experiment: Experiment, prepared: PreparedData) -> list[Value]:
    """Return the lengths of the stage for which there are texts and time."""
    dimension, budget = candidate.space.dimensions()[candidate.name(EPOCHS)], experiment.search.time_budget
    if not prepared.dataset.unlabeled or not isinstance(dimension, Choice) or not _has_mask(candidate):
        return []
    points = {length: candidate.point(length) for length in dimension if length}
    return [
        length
        for length, point in points.items()
        if point is not None and (budget is None or prepared.stage_seconds(point) <= LARGEST_SHARE * budget)
    ]


def _has_mask(candidate: _PretrainedSpace) -> bool:
    point = candidate.point(0.0)
    return point is not None and not (isinstance(point.architecture, Pretrained) and without_mask(candidate.space))


def _unused(prepared: PreparedData, candidates: list[_PretrainedSpace]) -> str:
    start = f"The {len(prepared.dataset.unlabeled)} unlabelled texts are not used: "
    if not candidates:
        return f"{start}nothing in this space is pretrained; choose the space encoder, finetune, lora, subnet or auto."
    if not any(map(_has_mask, candidates)):
        return f"{start}the tokenizer of {', '.join(without_mask(candidates[0].space))} has no mask token."
    return (
        f"{start}to pretrain on them is expected to take more than {LARGEST_SHARE:.0%} of the time budget. "
        f"Give more time or fewer texts, or request it: --set 'space.overrides.{candidates[0].name(EPOCHS)}=[0, 1]'"
    )
