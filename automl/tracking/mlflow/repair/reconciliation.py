"""Repairs MLflow from the database; a second repair changes nothing."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime

from mlflow import MlflowClient
from mlflow.entities import Metric

from automl.core import StudyRecord, TrialRecord
from automl.tracking.mlflow import names
from automl.tracking.mlflow.repair.diff import DriverActivity, compare
from automl.tracking.mlflow.repair.differences import Repair
from automl.tracking.mlflow.run_content import RUNNING, trial_tags
from automl.tracking.mlflow.runs import log, make_run, read_runs
from automl.tracking.mlflow.stored_run import StoredRun


def reconcile(
    client: MlflowClient,
    experiment_id: str,
    study: StudyRecord,
    live: Callable[[], frozenset[str]],
    own: str = "",
    parent: str | None = None,
) -> tuple[str, ...]:
    """Compare the study's runs with the database, and repair them.

    Args:
        client: client of the MLflow store.
        experiment_id: id of the study's experiment.
        study: the study as the database has it.
        live: returns the ids of the drivers that work on the study now. It is called before and after the runs are
            read. Drivers that were alive at either time update their own runs, so these are not repaired.
        own: id of the calling driver; empty if the caller is not a driver.
        parent: id of the parent run for new runs; None: the run of the latest search.

    Returns:
        The differences that were repaired, as sentences for the user.
    """
    before = live()
    runs = read_runs(client, experiment_id, study.uuid)
    drivers = DriverActivity(before | live(), own)
    searches = [run.run_id for run in runs if run.number is None]
    parent = parent or next(reversed(searches), None)
    repairs = compare(study, runs, drivers)
    for repair in repairs:
        for run in repair.remove:
            client.delete_run(run.run_id)
        run_id = repair.keep.run_id if repair.keep else _make_run(client, experiment_id, study, repair, parent)
        _write(client, run_id, repair)
    _rename(client, study, [run for run in runs if not any(run in repair.remove for repair in repairs)])
    return tuple(difference for repair in repairs for difference in repair.differences)


def _make_run(client: MlflowClient, experiment_id: str, study: StudyRecord, repair: Repair, parent: str | None) -> str:
    tags = {} if parent is None else {names.PARENT_TAG: parent}
    name, begun = repair.name, None
    if repair.trial is not None:
        number, params, begun = repair.trial.number, repair.trial.params, repair.trial.started
        name, tags = names.run_name(number, params, repair.trial.confirms), tags | trial_tags(number, params)
    return make_run(client, experiment_id, study.identity, name, tags, _milliseconds(begun))


def _rename(client: MlflowClient, study: StudyRecord, runs: Iterable[StoredRun]) -> None:
    """Give runs of earlier versions the names and tags of this one. A name that a user gave stays."""
    trials = {trial.number: trial for trial in study.trials}
    for run in runs:
        trial = None if run.number is None else trials.get(run.number)
        if trial is not None and run.name == names.trial_key(trial.number):
            client.update_run(run.run_id, name=names.run_name(trial.number, trial.params))
            log(client, run.run_id, tags=trial_tags(trial.number, trial.params))


def _write(client: MlflowClient, run_id: str, repair: Repair) -> None:
    log(client, run_id, repair.params, _metrics(repair), repair.tags)
    if repair.status == RUNNING:
        client.update_run(run_id, status=RUNNING)
    elif repair.status is not None:
        client.set_terminated(run_id, repair.status, _milliseconds(repair.trial.ended if repair.trial else None))


def _metrics(repair: Repair) -> list[Metric]:
    """Return the metrics to log, each with the time when it was measured.

    Of two values at one step, MLflow uses the later one. So a correct value gets a later time than a wrong one.
    """
    moments = {} if repair.trial is None else _moments(repair.trial)
    existing = {} if repair.keep is None else repair.keep.metrics
    last = max(moments.values(), default=_milliseconds(None))
    return [
        Metric(
            name,
            value,
            max(moments.get(step, last), existing[name, step].at + 1 if (name, step) in existing else 0),
            step,
        )
        for (name, step), value in repair.metrics.items()
    ]


def _moments(trial: TrialRecord) -> dict[int, int]:
    """Return the times of a trial's evaluations in milliseconds since 1970, by training examples seen."""
    begun = _milliseconds(trial.started)
    return {evaluation.examples: begun + int(1000 * evaluation.seconds) for evaluation in trial.evaluations}


def _milliseconds(moment: datetime | None) -> int:
    """Return milliseconds since 1970; None means the current time."""
    return int(1000 * (time.time() if moment is None else moment.timestamp()))
