"""Goals of a search: one objective or several, and constraints that the winner must satisfy."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from trials.serving_costs import SERVING_COSTS, costs_among
from trials.tasks import KNOWN_METRICS

MEASURES = (*KNOWN_METRICS, *SERVING_COSTS)
"""The names of all metrics and costs that an objective or a constraint may use."""

_CONSTRAINT = re.compile(r"\s*(\w+)\s*(<=|>=)\s*(\S+)\s*")


@dataclass(frozen=True)
class Objective:
    """A metric or a cost, by its name in `MEASURES`; larger is better iff `maximize`."""

    name: str
    maximize: bool

    def loss(self, value: float) -> float:
        """Return `value` with its sign changed if it is maximized, so that smaller is better."""
        return -value if self.maximize else value


@dataclass(frozen=True)
class Constraint:
    """A bound on a metric or a cost: an upper bound iff `at_most`, otherwise a lower bound. Equality satisfies it."""

    name: str
    at_most: bool
    bound: float

    def __str__(self) -> str:
        return f"{self.name}{'<=' if self.at_most else '>='}{self.bound:.15g}"

    def excess(self, value: float) -> float:
        """Return by how much `value` violates the bound, from -1 to 1; above 0 the constraint is violated.

        The result is r / (1 + |r|), where r is the distance from the bound divided by the bound. So the unit of a
        constraint does not change its weight.
        """
        beyond = value - self.bound if self.at_most else self.bound - value
        relative = beyond / (abs(self.bound) or 1.0)
        return math.copysign(1.0, relative) if math.isinf(relative) else relative / (1.0 + abs(relative))


@dataclass(frozen=True)
class Goals:
    """Objectives, the first of which decides which trial wins, and constraints, all of which a winner satisfies.

    One value of it travels from the experiment or the database to all parts of a search.
    """

    objectives: tuple[Objective, ...]
    constraints: tuple[Constraint, ...] = ()

    @property
    def first(self) -> Objective:
        """The objective that decides which trial wins."""
        return self.objectives[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the objectives."""
        return tuple(objective.name for objective in self.objectives)

    @property
    def measured(self) -> tuple[str, ...]:
        """The serving costs that must be measured for the objectives and constraints."""
        return costs_among(self.watched)

    @property
    def watched(self) -> tuple[str, ...]:
        """The metrics and costs of all objectives and constraints, each once, objectives first."""
        return tuple(dict.fromkeys([*self.names, *(constraint.name for constraint in self.constraints)]))

    @property
    def are_several(self) -> bool:
        """Whether there are several objectives."""
        return len(self.objectives) > 1

    @property
    def are_plain(self) -> bool:
        """Whether there is one objective and no constraint."""
        return not (self.are_several or self.constraints)

    def losses(self, metrics: Mapping[str, float]) -> tuple[float, ...]:
        """Return the loss of each objective (smaller is better) for `metrics`; infinite where one was not measured."""
        return tuple(
            objective.loss(metrics[objective.name]) if objective.name in metrics else math.inf
            for objective in self.objectives
        )

    def broken(self, metrics: Mapping[str, float]) -> tuple[Constraint, ...]:
        """Return the constraints that a model with these `metrics` violates."""
        return tuple(constraint for constraint in self.constraints if _excess(constraint, metrics) > 0)

    def excesses(self, metrics: Mapping[str, float]) -> dict[str, float]:
        """Return `Constraint.excess` for `metrics`, by constraint; 1 where a value was not measured."""
        return {str(constraint): _excess(constraint, metrics) for constraint in self.constraints}

    def violation(self, metrics: Mapping[str, float]) -> float:
        """Return the sum of all positive excesses for `metrics`; 0 if all constraints are satisfied."""
        return sum(max(0.0, excess) for excess in self.excesses(metrics).values())


def objective_of(name: str) -> Objective:
    """Return the objective called `name`, one of `MEASURES`. Costs are minimized."""
    return Objective(name, name in KNOWN_METRICS and KNOWN_METRICS[name].maximize)


def parse_constraint(written: str) -> Constraint:
    """Parse a constraint such as `latency_ms<=20`.

    Args:
        written: a name, `<=` or `>=`, and a finite number. The name is not checked.

    Raises:
        ValueError: the text has another form.
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
    """Return the excess of a constraint; the largest one, 1, if its value was not measured."""
    return constraint.excess(metrics[constraint.name]) if constraint.name in metrics else 1.0
