"""What a search is to reach: one objective or several, and constraints that the winner must keep."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trials.metrics import METRICS
from trials.serving_costs import SERVING_COSTS, costs_among

MEASURES = (*METRICS, *SERVING_COSTS)
"""All that may be an objective or be bounded."""

_CONSTRAINT = re.compile(r"\s*(\w+)\s*(<=|>=)\s*(\S+)\s*")


@dataclass(frozen=True)
class Objective:
    """A metric or a cost by its name; more is better iff `maximize`."""

    name: str
    maximize: bool

    def loss(self, value: float) -> float:
        """The value, so that less is better."""
        return -value if self.maximize else value


@dataclass(frozen=True)
class Constraint:
    """A metric or a cost that must be at most `bound`, or at least that."""

    name: str
    at_most: bool
    bound: float

    def __str__(self) -> str:
        return f"{self.name}{'<=' if self.at_most else '>='}{self.bound:.15g}"

    def excess(self, value: float) -> float:
        """By how much `value` misses the bound, from -1 to 1: above 0 it does, and at 0 it is just met.

        Relative to the bound and bent, so that no constraint outweighs another by its unit alone.
        """
        beyond = value - self.bound if self.at_most else self.bound - value
        relative = beyond / (abs(self.bound) or 1.0)
        return math.copysign(1.0, relative) if math.isinf(relative) else relative / (1.0 + abs(relative))


@dataclass(frozen=True)
class Goals:
    """Objectives, of which the first decides who wins, and constraints, all of which a winner keeps."""

    objectives: tuple[Objective, ...]
    constraints: tuple[Constraint, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the objectives."""
        return tuple(objective.name for objective in self.objectives)

    @property
    def measured(self) -> tuple[str, ...]:
        """The costs that must be measured."""
        return costs_among(self.watched)

    @property
    def watched(self) -> tuple[str, ...]:
        """All that objectives or constraints name, each once."""
        return tuple(dict.fromkeys([*self.names, *(constraint.name for constraint in self.constraints)]))

    @property
    def are_several(self) -> bool:
        """Whether there are several objectives."""
        return len(self.objectives) > 1

    @property
    def are_plain(self) -> bool:
        """Whether there is one objective and nothing else."""
        return not (self.are_several or self.constraints)

    def losses(self, metrics: Mapping[str, float]) -> tuple[float, ...]:
        """The values of the objectives, so that less is better; infinite where one was not measured."""
        return tuple(
            objective.loss(metrics[objective.name]) if objective.name in metrics else math.inf
            for objective in self.objectives
        )

    def broken(self, metrics: Mapping[str, float]) -> tuple[Constraint, ...]:
        """The constraints that a model with these values does not keep."""
        return tuple(constraint for constraint in self.constraints if _excess(constraint, metrics) > 0)

    def excesses(self, metrics: Mapping[str, float]) -> dict[str, float]:
        """By constraint, by how much it is missed (`Constraint.excess`)."""
        return {str(constraint): _excess(constraint, metrics) for constraint in self.constraints}

    def violation(self, metrics: Mapping[str, float]) -> float:
        """By how much all constraints together are missed; 0 where all are kept."""
        return sum(max(0.0, excess) for excess in self.excesses(metrics).values())


def goals_of(
    metric: str, maximize: bool, further: Iterable[Objective] = (), constraints: Iterable[Constraint] = ()
) -> Goals:
    """The goals whose first objective is `metric`."""
    return Goals((Objective(metric, maximize), *further), tuple(constraints))


def objective_of(name: str) -> Objective:
    """The objective of this name, one of `MEASURES`."""
    return Objective(name, name in METRICS and METRICS[name].maximize)


def parse_constraint(written: str) -> Constraint:
    """The constraint that is written like `latency_ms<=20`.

    Raises:
        ValueError: it is not; its name is not looked at.
    """
    parts = _CONSTRAINT.fullmatch(written)
    try:
        bound = float(parts[3]) if parts else math.nan
    except ValueError:
        bound = math.nan
    if parts is None or not math.isfinite(bound):
        raise ValueError(f"a constraint must be written like latency_ms<=20 or macro_f1>=0.9, not {written!r}")
    return Constraint(parts[1], parts[2] == "<=", bound)


def _excess(constraint: Constraint, metrics: Mapping[str, float]) -> float:
    """What was not measured is missed by as much as there can be."""
    return constraint.excess(metrics[constraint.name]) if constraint.name in metrics else 1.0
