"""Goals by the names of their objectives and the text of their constraints."""

from collections.abc import Sequence

from automl.core.objectives import Goals, objective_of, parse_constraint


def goals_for(*names: str, constraints: Sequence[str] = ()) -> Goals:
    """The objectives called `names`, the first of which decides, under `constraints` such as latency_ms<=20."""
    return Goals(tuple(map(objective_of, names)), tuple(map(parse_constraint, constraints)))


MACRO_F1 = goals_for("macro_f1")
