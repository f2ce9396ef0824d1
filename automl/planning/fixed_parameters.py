"""Parameters that are fixed once the data is known, for good: the study keeps its experiment, and may be resumed."""

from collections.abc import Mapping

from automl.config import Experiment, read_priors
from search_spaces import Space


def asked_for(experiment: Experiment, space: Space) -> set[str]:
    """The parameters that the experiment speaks of, in its overrides, in priors or in points to try."""
    priors, _ = read_priors(space, experiment.search.priors)
    return {*space.overrides, *priors, *(str(name) for point in experiment.search.points for name in point)}


def with_overrides(experiment: Experiment, added: Mapping[str, object]) -> Experiment:
    """The experiment with these overrides, where it has none of its own."""
    overrides = {**added, **experiment.space.overrides}
    return experiment.model_copy(update={"space": experiment.space.model_copy(update={"overrides": overrides})})
