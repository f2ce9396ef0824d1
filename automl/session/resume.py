"""Makes the plan for resuming a study from its settings in the database."""

import os

from automl.config import Experiment
from automl.console import Console
from automl.core import TRACKING_VARIABLE, NewStudy, Workspace
from automl.planning import Plan, as_begun, require_checkpoints, resolve_experiment, resumed_limits, study_data
from automl.storage import Study

OF_PROBABILITIES = ("log_loss", "ece", "brier")
"""Metrics that a temperature changes."""


def resumed_plan(
    study: Study,
    settings: NewStudy,
    experiment: Experiment,
    workspace: Workspace,
    trials: str | None,
    time_budget: str | None,
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
    if mixed := _mixed_kinds(study, settings):
        console.say(mixed)
    prepared = study_data(settings, experiment, console.say)
    limits = resumed_limits(experiment, trials, time_budget, study.record(), workspace)
    if trials is not None or time_budget is not None:  # an explicit limit overrides the plateau rule
        search = experiment.search.model_copy(update={"least_gain": None})
        experiment = experiment.model_copy(update={"search": search})
    return Plan(experiment, workspace, space, prepared, *limits, started)


def _mixed_kinds(study: Study, settings: NewStudy) -> str:
    """Return what an objective that depends on calibration compares in this study; empty if it is of one kind."""
    names = [name for name in settings.goals.names if name in OF_PROBABILITIES]
    count = len(study.uncalibrated()) if names else 0
    if not count:
        return ""
    return (
        f"{count} trial{' was' if count == 1 else 's were'} run by an earlier version, which did not calibrate "
        f"probabilities, so {' and '.join(names)} is worse there than in new trials with the same model. A new study "
        "compares like with like."
    )
