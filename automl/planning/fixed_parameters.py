"""Fixes parameters after the data is known. The study stores the overrides, so they also hold when it is resumed."""

from collections.abc import Mapping

from automl.config import Experiment, read_priors
from search_spaces import Space


def asked_for(experiment: Experiment, space: Space) -> set[str]:
    """Return the parameters that the experiment names in its overrides, priors or points."""
    priors, _ = read_priors(space, experiment.search.priors)
    return {*space.overrides, *priors, *(str(name) for point in experiment.search.points for name in point)}


def with_overrides(experiment: Experiment, added: Mapping[str, object]) -> Experiment:
    """Return the experiment with the overrides `added`; its own overrides have priority."""
    overrides = {**added, **experiment.space.overrides}
    return experiment.model_copy(update={"space": experiment.space.model_copy(update={"overrides": overrides})})
