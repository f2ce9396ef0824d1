"""Makes the plan for resuming a study from its settings in the database."""

import os
from dataclasses import replace

from automl.cluster import Cluster
from automl.config import Experiment
from automl.console import Console
from automl.core import TRACKING_VARIABLE, Budgets, NewStudy, UsageError, Workspace
from automl.planning import Plan, as_begun, prepare, resumed_limits
from automl.session import open_cluster
from automl.session.create import resolved_space
from automl.storage import StudyStore


def resumed_plan(
    store: StudyStore,
    made: NewStudy,
    experiment: Experiment,
    workspace: Workspace,
    trials: str | None,
    time_budget: str | None,
    joined: Cluster | None,
    screen: Console,
    started: float,
) -> Plan:
    """Return the plan of a study that continues: its own experiment and budgets, and the limits given now.

    Raises:
        UsageError: the data or the space is no longer what it was, or a limit cannot be used.
    """
    name = made.name
    tracking = workspace.tracking or os.environ.get(TRACKING_VARIABLE) or experiment.tracking_uri
    workspace = Workspace(workspace.folder, workspace.storage, tracking)
    space, changes = as_begun(resolved_space(experiment), store.trials(name))
    for change in changes:
        screen.say(change)
    prepared = prepare(experiment, space.default_points(), open_cluster.slots(experiment, joined), screen.say)
    if prepared.dataset.fingerprint != made.data_fingerprint:
        raise UsageError(
            f"the data of study {name!r} must be what it was, but its fingerprint is now "
            f"{prepared.dataset.fingerprint[:12]}, not {made.data_fingerprint[:12]}; "
            "bring the data back, or start a new study"
        )
    budgets = Budgets(made.budget_examples, made.pretrained_budget_examples or made.budget_examples)
    prepared = replace(prepared, max_length=made.max_length, budgets=budgets)
    limits = resumed_limits(experiment, trials, time_budget, store.record(name), workspace)
    if trials is not None or time_budget is not None:  # an explicit limit overrides the plateau rule
        search = experiment.search.model_copy(update={"least_gain": None})
        experiment = experiment.model_copy(update={"search": search})
    return Plan(experiment, workspace, space, prepared, *limits, started)
