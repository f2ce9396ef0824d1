"""The sequence of a search, from an experiment to an exported model. It connects all other packages."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from uuid import uuid4

from automl.cluster import Cluster, prepare_ray
from automl.config import Experiment, load_experiment
from automl.console import Console
from automl.core import DRIVER_VARIABLE, StopReason, StudyRecord, Workspace
from automl.export import CARD_FILE, FACTS_FILE
from automl.planning import (
    Plan,
    demand_writable,
    first_points,
    is_imbalanced,
    preflight,
    prepare,
    suited_pretraining,
    without_balance,
)
from automl.selection import Winner
from automl.session import open_cluster
from automl.session.create import create_study, new_study_name, resolved_space, without_missing_checkpoints
from automl.session.finish import best_trial, copy_to_storage_path, hand_over_winner
from automl.session.resume import resumed_plan
from automl.session.search_run import SearchRun
from automl.session.signals import SignalHandler
from automl.session.study_checkpoints import study_folders
from automl.storage import StudyStore, create_store, open_store
from automl.storage.coordination import Driver
from automl.storage.database import RetryPolicy
from automl.tracking.mlflow import MlflowTracker, TrackedStudy
from search_spaces import Linear
from trials.data import TrialData
from trials.data.encoding import encode


@dataclass(frozen=True)
class SearchResult:
    """The result of a search.

    Attributes:
        winner: the best trial with its scores.
        study: the study as the database has it at the end.
        reason: why the search ended.
        seconds: duration from the start of the command to the exported model.
        workspace: the workspace of the study.
    """

    winner: Winner
    study: StudyRecord
    reason: StopReason
    seconds: float
    workspace: Workspace


def search(experiment: Experiment, screen: Console) -> SearchResult:
    """Creates a new study, searches it, and exports the winner's model.

    Args:
        experiment: the validated configuration of the search.
        screen: receives messages for the user, and shows the progress.

    Raises:
        AutomlError: the experiment cannot be run. No study is left behind, unless trials have run.
    """
    started = time.monotonic()
    with ExitStack() as stack, SignalHandler() as interruption:
        for warning in preflight(experiment):
            screen.say(warning)
        experiment = without_missing_checkpoints(experiment, screen)
        space = resolved_space(experiment)
        joined = stack.enter_context(open_cluster.joined(experiment, screen.say))
        prepared = prepare(experiment, space.default_points(), open_cluster.slots(experiment, joined), screen.say)
        if not is_imbalanced(prepared.dataset.train.labels):
            experiment = without_balance(experiment, space)
        experiment = suited_pretraining(experiment, space, prepared, screen.say)
        space = resolved_space(experiment)
        workspace = Workspace(experiment.workspace, experiment.storage, experiment.tracking_uri)
        limits = experiment.search
        plan = Plan(experiment, workspace, space, prepared, limits.trials, limits.time_budget, started)
        with closing(create_store(workspace, RetryPolicy(screen.say, lambda: interruption.requested))) as store:
            name = new_study_name(experiment, prepared, store, workspace)
            first_points(space, limits, store)  # raises here if a point is wrong, before anything starts
            return _run(plan, store, name, screen, interruption, joined, is_new=True)


def resume(
    workspace: Workspace, name: str, trials: str | None, time_budget: str | None, address: str | None, screen: Console
) -> SearchResult:
    """Resumes a study with the settings that the database holds.

    Args:
        workspace: the workspace of the study.
        name: name of the study.
        trials: total number of trials (`60`), or number of additional trials (`+20`); None: as in the experiment.
        time_budget: how long to continue (`10m`, `+10m`); None: as in the experiment.
        address: address of the Ray cluster to use; None: as in the experiment.
        screen: receives messages for the user, and shows the progress.

    Raises:
        UsageError: there is no such study, or its data has changed.
    """
    started = time.monotonic()
    with ExitStack() as stack, SignalHandler() as interruption:
        demand_writable(workspace.folder)
        patience = RetryPolicy(screen.say, lambda: interruption.requested)
        store = stack.enter_context(closing(open_store(workspace, patience)))
        made = store.settings(name)
        experiment = load_experiment(made.experiment)
        resources = experiment.resources.model_copy(update={"address": address or experiment.resources.address})
        places = {"workspace": workspace.folder, "storage": workspace.storage, "resources": resources}
        experiment = experiment.model_copy(update=places)
        for warning in preflight(experiment):
            screen.say(warning)
        joined = stack.enter_context(open_cluster.joined(experiment, screen.say))
        plan = resumed_plan(store, made, experiment, workspace, trials, time_budget, joined, screen, started)
        return _run(plan, store, name, screen, interruption, joined, is_new=False)


def _run(
    plan: Plan,
    store: StudyStore,
    name: str,
    screen: Console,
    interruption: SignalHandler,
    joined: Cluster | None,
    *,
    is_new: bool,
) -> SearchResult:
    """Runs the search and exports the winner.

    Ray starts on this thread, because its processes end with the thread that started them. Another thread tokenizes
    the data meanwhile.
    """
    driver_id = os.environ[DRIVER_VARIABLE] = uuid4().hex
    if joined is None:
        prepare_ray()
        screen.say("Starting Ray")
    with ExitStack() as stack:
        stack.enter_context(store.sole_driver(name))
        encoded = stack.enter_context(ThreadPoolExecutor(1)).submit(_encode_first, plan)
        with interruption.held(), open_cluster.opened(plan.experiment, joined) as cluster:
            first = encoded.result()
            interruption.check()
            if is_new:
                create_study(plan, store, name, cluster, screen)
            grace = plan.experiment.search.grace_period
            driver = stack.enter_context(
                store.join(name, plan.workspace.folder, driver_id=driver_id, grace_seconds=grace)
            )
            tracker = stack.enter_context(_tracker(plan.workspace, store, driver, name, screen))
            folders = stack.enter_context(study_folders(plan, store, name, driver.id, screen.say))
            reason = SearchRun(plan, store, name, driver, cluster, first, tracker, screen, folders).run(interruption)
        study = store.record(name)
        best = best_trial(study, folders, plan.workspace, screen)
        winner = hand_over_winner(best, study, plan.prepared.dataset, plan.experiment, plan.workspace, screen.say)
        tracker.log_winner(winner, [winner.folder / CARD_FILE, winner.folder / FACTS_FILE])
        copy_to_storage_path(winner, plan, screen)
    return SearchResult(winner, study, reason, time.monotonic() - plan.started, plan.workspace)


def _tracker(workspace: Workspace, store: StudyStore, driver: Driver, name: str, screen: Console) -> MlflowTracker:
    def live() -> frozenset[str]:
        return frozenset({driver.id} | {other.id for other in store.drivers(name) if other.alive is not False})

    return MlflowTracker(
        workspace.tracking_uri,
        workspace.artifacts,
        TrackedStudy(name, store.record(name).uuid, driver.id),
        history=lambda: store.record(name),
        live=live,
        warn=screen.say,
    )


def _encode_first(plan: Plan) -> TrialData:
    """The data, tokenized for trial 0; other tokenizations are made when a trial needs them."""
    import ray.tune  # noqa: F401, PLC0415 - takes a second, which passes while Ray's processes start

    prepared, point = plan.prepared, plan.first_point
    if isinstance(point, Linear):
        return prepared.dataset
    return encode(prepared.dataset, point.text, prepared.max_length, plan.workspace.cache)
