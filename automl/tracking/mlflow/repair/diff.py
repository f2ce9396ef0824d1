"""Compares MLflow with the database, run by run, and changes nothing."""

import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from automl.core import StudyRecord, TrialRecord
from automl.tracking.mlflow import names
from automl.tracking.mlflow.repair.differences import Repair
from automl.tracking.mlflow.run_content import KILLED, RUNNING, Point, RunContent, run_content
from automl.tracking.mlflow.stored_run import StoredRun


@dataclass(frozen=True)
class DriverActivity:
    """The drivers that work on a study.

    Attributes:
        live: ids of all live drivers.
        own: id of the driver that makes the comparison; empty if the caller is not a driver.
    """

    live: frozenset[str]
    own: str = ""


def compare(study: StudyRecord, runs: Sequence[StoredRun], drivers: DriverActivity) -> list[Repair]:
    """Compare the trials of a study with its runs, and find searches that were left open.

    Args:
        study: the study as the database has it.
        runs: the study's runs, from the oldest to the newest.
        drivers: the drivers that work on the study; other live drivers update their own runs.

    Returns:
        One repair for each trial or search whose runs differ; empty if there are no differences.
    """
    trials: dict[int, list[StoredRun]] = defaultdict(list)
    for run in runs:
        if run.number is not None:
            trials[run.number].append(run)
    repairs = [_close_search(run) for run in runs if _is_abandoned_search(run, drivers)]
    for trial in study.trials:
        expected = run_content(trial, study.goals.first.name)
        if expected is not None:
            repairs += _compare_trial(trial, expected, trials[trial.number], drivers)
    return [repair for repair in repairs if repair.differences]


def _is_abandoned_search(run: StoredRun, drivers: DriverActivity) -> bool:
    return run.number is None and run.status == RUNNING and run.driver not in drivers.live | {drivers.own}


def _close_search(run: StoredRun) -> Repair:
    return Repair(run.name, None, run, tags={names.SEARCH_STATUS_TAG: names.DRIVER_DIED}, status=KILLED)


def _compare_trial(
    trial: TrialRecord, expected: RunContent, runs: Sequence[StoredRun], drivers: DriverActivity
) -> Iterator[Repair]:
    held = [run for run in runs if run.driver in drivers.live - {drivers.own}]
    keep = next(iter([*reversed(held), *reversed(runs)]), None)  # of two equivalent runs, the newer one
    others = tuple(run for run in runs if run is not keep)
    if held and keep is not None:
        closed = trial.state == RUNNING and keep.status != RUNNING
        yield Repair(names.trial_key(trial.number), trial, keep, others, status=RUNNING if closed else None)
    elif trial.state != RUNNING:
        yield _compare_run(trial, expected, keep, others)
    elif keep is not None and drivers.own and keep.driver == drivers.own:
        yield replace(_compare_run(trial, expected, keep, others, grows=True), tags={})
    elif not drivers.live | ({drivers.own} - {""}):
        yield _compare_run(trial, replace(expected, status=KILLED), keep, others)
    # Otherwise a live driver has just started the trial, and has not recorded it in MLflow yet.


def _compare_run(
    trial: TrialRecord,
    expected: RunContent,
    keep: StoredRun | None,
    others: tuple[StoredRun, ...],
    *,
    grows: bool = False,
) -> Repair:
    """Return the repair of one run. If it `grows`, it may be ahead of the record that was read from the database."""
    name = names.trial_key(trial.number)
    if keep is None or (_is_foreign(expected, keep) and not grows):
        tags = {tag: value for tag, value in expected.tags.items() if value}
        remove = others if keep is None else (*others, keep)
        return Repair(name, trial, None, remove, expected.params, expected.metrics, tags, expected.status)
    return Repair(
        name,
        trial,
        keep,
        others,
        params={name: value for name, value in expected.params.items() if name not in keep.params},
        metrics={point: value for point, value in expected.metrics.items() if not _has(keep, point, value)},
        tags={tag: value for tag, value in expected.tags.items() if keep.tags.get(tag, "") != value},
        status=None if keep.status == expected.status else expected.status,
    )


def _is_foreign(expected: RunContent, run: StoredRun) -> bool:
    """Return whether the run has values that the database lacks.

    These are other parameters, or evaluations of a discarded attempt.
    """
    if any(run.params.get(name, value) != value for name, value in expected.params.items()):
        return True
    last = max((step for _, step in expected.metrics), default=0)
    return any(point not in expected.metrics and not _is_earlier_cost(point, last) for point in run.metrics)


def _is_earlier_cost(point: Point, last: int) -> bool:
    """Return whether the point is a cost from an earlier interruption.

    A run keeps all costs, the database only the last one.
    """
    name, step = point
    return name.startswith("cost/") and name != names.BUDGET_SHARE and step <= last


def _has(run: StoredRun, point: Point, value: float) -> bool:
    logged = run.metrics.get(point)
    if logged is None:
        return False
    if math.isnan(value):
        return math.isnan(logged.value)
    largest = sys.float_info.max  # MLflow stores this value instead of infinity
    return math.isclose(logged.value, min(max(value, -largest), largest), rel_tol=1e-9)
