"""Whether a self-supervised stage is searched, and of what length: where there are texts for it, and time."""

from collections.abc import Callable
from dataclasses import dataclass

from automl.config import Experiment, without_mask
from automl.planning.fixed_parameters import asked_for, with_overrides
from automl.planning.prepare_data import PreparedData
from search_spaces import ALGORITHM, EPOCHS, LATER, PRETRAINING, Choice, Point, Pretrained, Space, Value

LARGEST_SHARE = 0.25
"""Of the time budget, for one stage: trials that agree on it share it, but not all will."""

FIRST = 2.0
"""The passes that are tried early, if there is time for so many: whoever gives unlabelled texts wants them tried."""


@dataclass(frozen=True)
class _PretrainedSpace:
    """An algorithm of a space that has the stage; None for a space without a choice of algorithms."""

    space: Space
    algorithm: Value | None

    def name(self, parameter: str) -> str:
        return parameter if self.algorithm is None else f"{self.algorithm}.{parameter}"

    def point(self, passes: Value) -> Point | None:
        """Its default point, but for the length of the stage."""
        point = self.space.replay({**self.space.defaults(self.algorithm), self.name(EPOCHS): passes})
        return point if isinstance(point, Point) else None

    def none(self) -> dict[str, Value]:
        """What fixes it at none."""
        own, dimensions = self.name(f"{PRETRAINING}."), self.space.dimensions()
        return {name: dimension.default for name, dimension in dimensions.items() if name.startswith(own)}

    def early(self, passes: list[Value]) -> dict[str, Value]:
        """A point to try early, by the values that differ from the default's."""
        chosen = {} if self.algorithm is None else {ALGORITHM: self.algorithm}
        return {**chosen, self.name(EPOCHS): min(passes, key=lambda length: abs(float(length) - FIRST))}


def suited_pretraining(
    experiment: Experiment, space: Space, prepared: PreparedData, say: Callable[[str], None]
) -> Experiment:
    """The experiment with the stages that are worth a try, one among the first points; others are fixed at none.

    That is where unlabelled texts are given, for as long as takes a share of the time budget at most. What the
    experiment speaks of stays as it is. It all stays so in the study, which may be resumed.
    """
    there = [_PretrainedSpace(space, algorithm) for algorithm in space.algorithms()]
    there = [each for each in there if each.name(EPOCHS) in space.dimensions()]
    open_ = [each for each in there if each.name(EPOCHS) not in asked_for(experiment, space)]
    worth = [(each, _worth_a_try(each, experiment, prepared)) for each in open_]
    overrides: dict[str, object] = {}
    for each, passes in worth:
        overrides |= {each.name(EPOCHS): [0.0, *passes]} if passes else each.none()
    if prepared.dataset.unlabeled and len(open_) == len(there) and not any(passes for _, passes in worth):
        say(_unused(prepared, there))
    early = [each.early(passes) for each, passes in worth if passes and each.algorithm not in LATER]
    search = experiment.search.model_copy(update={"points": (*experiment.search.points, *early)})
    return with_overrides(experiment.model_copy(update={"search": search}), overrides)


def _worth_a_try(each: _PretrainedSpace, experiment: Experiment, prepared: PreparedData) -> list[Value]:
    """The lengths for which there are texts and time."""
    dimension, budget = each.space.dimensions()[each.name(EPOCHS)], experiment.search.time_budget
    if not prepared.dataset.unlabeled or not isinstance(dimension, Choice) or not _has_mask(each):
        return []
    points = {length: each.point(length) for length in dimension if length}
    return [
        length
        for length, point in points.items()
        if point is not None and (budget is None or prepared.stage_seconds(point) <= LARGEST_SHARE * budget)
    ]


def _has_mask(each: _PretrainedSpace) -> bool:
    point = each.point(0.0)
    return point is not None and not (isinstance(point.architecture, Pretrained) and without_mask(each.space))


def _unused(prepared: PreparedData, there: list[_PretrainedSpace]) -> str:
    said = f"The {len(prepared.dataset.unlabeled)} unlabelled texts are not used: "
    if not there:
        return f"{said}nothing in this space is pretrained; choose the space encoder, finetune, lora, subnet or auto."
    if not any(map(_has_mask, there)):
        return f"{said}the tokenizer of {', '.join(without_mask(there[0].space))} has no mask token."
    return (
        f"{said}to pretrain on them is expected to take more than {LARGEST_SHARE:.0%} of the time budget. "
        f"Give more time or fewer texts, or ask for it: --set 'space.overrides.{there[0].name(EPOCHS)}=[0, 1]'"
    )
