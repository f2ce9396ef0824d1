"""Makes the plan for resuming a study from its settings in the database."""

import os
from dataclasses import replace

from automl.cluster import Cluster
from automl.config import Experiment
from automl.console import Console
from automl.core import TRACKING_VARIABLE, Budgets, NewStudy, UsageError, Workspace
from automl.planning import Plan, as_begun, prepare, require_checkpoints, resolve_experiment, resumed_limits
from automl.session.open_cluster import slots
from automl.storage import Study
from trials.data import ALLOWABLE_CODES


def resumed_plan(
    study: Study,
    settings: NewStudy,
    experiment: Experiment,
    workspace: Workspace,
    trials: str | None,
    time_budget: str | None,
    cluster: Cluster | None,
    console: Console,
    started: float,
) -> Plan:
    """Return the plan of a study that continues: its own experiment and budgets, and the limits given now.

    Raises:
        UsageError: the data or the space is no longer what it was, or a limit cannot be used.
    """
    tracking = workspace.tracking or os.environ.get(TRACKING_VARIABLE) or experiment.tracking_uri
    workspace = Workspace(workspace.folder, workspace.storage, tracking)
    named = resolve_experiment(experiment).space
    require_checkpoints(named)
    space, changes = as_begun(named, study.trials())
    for change in changes:
        console.say(change)
    prepared = prepare(_allowing_all(experiment), space.default_points(), slots(experiment, cluster), console.say)
    if prepared.dataset.fingerprint != settings.data_fingerprint:
        raise UsageError(
            f"the data of study {study.name!r} must be what it was, but its fingerprint is now "
            f"{prepared.dataset.fingerprint[:12]}, not {settings.data_fingerprint[:12]}; "
            "bring the data back, or start a new study"
        )
    budgets = Budgets(settings.budget_examples, settings.pretrained_budget_examples or settings.budget_examples)
    prepared = replace(prepared, max_length=settings.max_length, budgets=budgets, pace=settings.pace)
    limits = resumed_limits(experiment, trials, time_budget, study.record(), workspace)
    if trials is not None or time_budget is not None:  # an explicit limit overrides the plateau rule
        search = experiment.search.model_copy(update={"least_gain": None})
        experiment = experiment.model_copy(update={"search": search})
    return Plan(experiment, workspace, space, prepared, *limits, started)


def _allowing_all(experiment: Experiment) -> Experiment:
    """Return the experiment with all findings about the data allowed, also those that its version did not know yet.

    What counts is that the data are what they were, which the fingerprint shows.
    """
    data = experiment.data.model_copy(update={"allow": ALLOWABLE_CODES})
    return experiment.model_copy(update={"data": data})
