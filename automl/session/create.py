"""Creates a new study: its search space, its name, and its first points."""

from dataclasses import replace

from automl.cluster import Cluster
from automl.config import GRID, Experiment, checkpoint_problems, missing_pretrained, resolve_space
from automl.console import Console
from automl.core import RecommendedPoint, UsageError, Workspace, name_after, next_command
from automl.planning import Plan, PreparedData, first_points, told
from automl.session.search_run import expected_seconds
from automl.storage import StudyStore
from search_spaces import ALGORITHM, Space


def create_study(plan: Plan, store: StudyStore, name: str, cluster: Cluster, screen: Console) -> None:
    """Creates the study with its first points, except defaults expected to take longer than the time budget."""
    limits, expected = plan.experiment.search, expected_seconds(plan, cluster)
    late = [each for each, seconds in expected.items() if limits.time_budget and seconds > limits.time_budget]
    if late:
        names = ", ".join(map(str, late))
        screen.say(f"Not tried at first, as one trial is expected to take longer than the search: {names}")
    first = first_points(plan.space, limits, store, expected, plan.traits)
    is_grid = limits.sampler == GRID  # a grid must contain the recommended points from the start
    if limits.warm_start:
        screen.say(told([earlier for earlier, _ in first.earlier], in_any_case=is_grid))
    recommended = [RecommendedPoint(earlier.study, point) for earlier, point in first.earlier]
    points = [*first.points, *(each.point for each in recommended if is_grid)]
    store.create(replace(plan.new_study(name), recommended=() if is_grid else tuple(recommended)), *points)


def without_missing_checkpoints(experiment: Experiment, screen: Console) -> Experiment:
    """The experiment without the algorithms that need a pretrained checkpoint, if there is none; the user is informed.

    The study stores this restriction, so it also holds when the study is resumed where a checkpoint exists.
    """
    space, _ = resolve_space(experiment.space.name, experiment.space.overrides)
    if space is None or (missing := missing_pretrained(space)) is None:
        return experiment
    left, problem = missing
    screen.say(f"Without a pretrained model, the search chooses among {', '.join(map(str, left))}: {problem}")
    overrides = {**experiment.space.overrides, ALGORITHM: left}
    return experiment.model_copy(update={"space": experiment.space.model_copy(update={"overrides": overrides})})


def resolved_space(experiment: Experiment) -> Space:
    """Return the search space that an experiment names, with its overrides.

    Raises:
        UsageError: the space, an override or a checkpoint cannot be used; the message lists all problems.
    """
    space, problems = resolve_space(experiment.space.name, experiment.space.overrides)
    if space is None or problems or (problems := checkpoint_problems(space)):
        raise UsageError("\n".join(problems))
    return space


def new_study_name(experiment: Experiment, prepared: PreparedData, store: StudyStore, workspace: Workspace) -> str:
    """Return the name that the user gave to a new study, or a free one derived from the name of the data.

    Raises:
        UsageError: a study of that name exists.
    """
    if experiment.study is None:
        return store.free_name(name_after(prepared.dataset.name))
    if experiment.study in store.names():
        raise UsageError(
            f"a new study must have a new name, and there is a study {experiment.study!r}; "
            f"resume it ({next_command(workspace, 'resume', experiment.study)}) or give another --study"
        )
    return experiment.study
