"""Creates a new study: its search space, its name, and its first points."""

from dataclasses import replace

from automl.cluster import Cluster
from automl.config import GRID, Experiment
from automl.console import Console
from automl.core import RecommendedPoint, UsageError, Workspace, name_after, next_command
from automl.planning import Plan, PreparedData, first_points, warm_start_message
from automl.session.pace import expected_seconds
from automl.storage import StudyStore


def create_study(plan: Plan, store: StudyStore, name: str, cluster: Cluster, console: Console) -> None:
    """Create the study with its first points.

    Defaults that are expected to take longer than the time budget are left out.
    """
    limits, expected = plan.experiment.search, expected_seconds(plan, cluster)
    late = [each for each, seconds in expected.items() if limits.time_budget and seconds > limits.time_budget]
    if late:
        names = ", ".join(map(str, late))
        console.say(f"Not tried at first, as one trial is expected to take longer than the search: {names}")
    first = first_points(plan.space, limits, store, expected, plan.traits)
    is_grid = limits.sampler == GRID  # a grid must contain the recommended points from the start
    if limits.warm_start:
        console.say(warm_start_message([earlier for earlier, _ in first.earlier], in_any_case=is_grid))
    recommended = [RecommendedPoint(earlier.study, point) for earlier, point in first.earlier]
    points = [*first.points, *(each.point for each in recommended if is_grid)]
    store.create(replace(plan.new_study(name), recommended=() if is_grid else tuple(recommended)), *points)


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
