"""An experiment with its search space, which is resolved once, and then adapted to checkpoints and data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Self

from automl.config import Experiment, adapt_space, checkpoint_problems, missing_pretrained, read_priors, resolve_space
from automl.core import UsageError
from automl.sources import pinned
from search_spaces import ALGORITHM, Space


@dataclass(frozen=True)
class ResolvedExperiment:
    """An experiment, and the search space that its section `space` names. Both change together.

    The study stores the experiment with all overrides, so a resumed search resolves the same space from it.

    Attributes:
        experiment: the experiment.
        space: its search space, with all overrides of the experiment.
    """

    experiment: Experiment
    space: Space

    @property
    def asked_for(self) -> set[str]:
        """The parameters that the experiment names in its overrides, priors or points."""
        search = self.experiment.search
        priors, _ = read_priors(self.space, search.priors)
        return {*self.space.overrides, *priors, *(str(name) for point in search.points for name in point)}

    def with_overrides(self, added: Mapping[str, object]) -> Self:
        """Return the experiment and its space with more overrides; those that the experiment has stay as they are.

        Args:
            added: overrides by parameter name, in the forms of the experiment file.

        Raises:
            UsageError: the space cannot be searched with them; the message lists all problems.
        """
        section = self.experiment.space
        new = {name: override for name, override in added.items() if name not in section.overrides}
        space, problems = adapt_space(self.space, new)
        if problems:
            raise UsageError("\n".join(problems))
        section = section.model_copy(update={"overrides": {**new, **section.overrides}})
        return replace(self, experiment=self.experiment.model_copy(update={"space": section}), space=space)

    def with_search(self, **changed: object) -> Self:
        """Return the experiment with other values of some fields of its section `search`."""
        search = self.experiment.search.model_copy(update=changed)
        return replace(self, experiment=self.experiment.model_copy(update={"search": search}))

    def with_points(self, *points: Mapping[str, object]) -> Self:
        """Return the experiment with more points to try, after those that it has."""
        return self.with_search(points=(*self.experiment.search.points, *points))


def resolve_experiment(experiment: Experiment) -> ResolvedExperiment:
    """Return an experiment with the search space that it names.

    Raises:
        UsageError: the space or an override cannot be used; the message lists all problems.
    """
    space, problems = resolve_space(experiment.space.name, experiment.space.overrides)
    if space is None or problems:
        raise UsageError("\n".join(problems))
    return ResolvedExperiment(experiment, space)


def without_missing_checkpoints(resolved: ResolvedExperiment, say: Callable[[str], None]) -> ResolvedExperiment:
    """Return the experiment without the algorithms that need a pretrained checkpoint, if there is none.

    The study stores this restriction, so it also holds when the study is resumed where a checkpoint exists.

    Args:
        resolved: the experiment and its space.
        say: receives one line if algorithms are left out.
    """
    if (missing := missing_pretrained(resolved.space)) is None:
        return resolved
    left, problem = missing
    say(f"Without a pretrained model, the search chooses among {', '.join(map(str, left))}: {problem}")
    return resolved.with_overrides({ALGORITHM: left})


def require_checkpoints(space: Space) -> None:
    """Check that every pretrained checkpoint of `space` can be used.

    Raises:
        UsageError: one cannot; the message lists all problems.
    """
    if problems := checkpoint_problems(space):
        raise UsageError("\n".join(problems))


def with_pinned_data(experiment: Experiment) -> Experiment:
    """Return `experiment` with the commit of its data, if they are a data set of the Hugging Face hub.

    So the study goes on with the rows that it began with, whatever its owner commits later.

    Raises:
        DataProblem: the hub does not answer, or has no such data set.
    """
    data = experiment.data
    return experiment.model_copy(update={"data": data.model_copy(update={"source": pinned(data.source)})})
