"""The sequence of a search, from an experiment to an exported model. It connects all other packages."""

import os
import shlex
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, nullcontext
from dataclasses import dataclass, replace
from uuid import uuid4

from automl.cluster import Cluster, prepare_ray
from automl.commands import living
from automl.config import Experiment, load_experiment
from automl.console import Console
from automl.core import DRIVER_VARIABLE, Listener, StopReason, StudyRecord, Workspace, near
from automl.planning import (
    Plan,
    cross_validated,
    first_points,
    is_imbalanced,
    preflight,
    prepare,
    require_checkpoints,
    require_writable,
    resolve_experiment,
    suited_folds,
    suited_learning_rates,
    suited_metric,
    suited_readings,
    with_pinned_data,
    with_search_rows,
    without_balance,
    without_missing_checkpoints,
)
from automl.selection import Winner
from automl.session.create import create_study, new_study_name
from automl.session.energy import EnergyMeter
from automl.session.handover import (
    best_default,
    best_trial,
    confirmation,
    copy_to_storage_path,
    hand_over_winner,
    import_page,
    track_result,
)
from automl.session.open_cluster import existing_cluster, opened_cluster, slots
from automl.session.pace import with_measured_pace, with_suited_algorithms, with_suited_readings, with_suited_stage
from automl.session.resume import resumed_plan
from automl.session.search_run import SearchRun
from automl.session.signals import SignalHandler
from automl.session.study_checkpoints import study_checkpoints
from automl.storage import Study, StudyStore, create_store, open_store
from automl.storage.coordination import Driver
from automl.storage.database import RetryPolicy
from automl.tracking.boards import BOARDS, BoardPlace, Together, open_board
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


def search(experiment: Experiment, console: Console) -> SearchResult:
    """Create a new study, search it, and export the winner's model.

    Args:
        experiment: the validated configuration of the search.
        console: receives messages for the user, and shows the progress.

    Raises:
        AutomlError: the experiment cannot be run. No study is left behind, unless trials have run.
    """
    started = time.monotonic()
    with ExitStack() as stack, SignalHandler() as signals:
        for warning in preflight(experiment):
            console.say(warning)
        experiment = with_pinned_data(experiment)
        resolved = without_missing_checkpoints(resolve_experiment(experiment), console.say)
        require_checkpoints(resolved.space)
        resolved = suited_learning_rates(resolved)
        cluster = stack.enter_context(existing_cluster(experiment, console.say))
        defaults = resolved.space.default_points()
        count = slots(experiment, cluster)
        prepared = prepare(resolved.experiment, defaults, count, console.say)
        resolved = suited_metric(resolved, prepared.dataset.task)
        resolved = suited_folds(resolved, prepared.dataset, console.say)
        if prepared.folds != resolved.experiment.search.folds:
            prepared = cross_validated(prepared, resolved.experiment, defaults, count, console.say)
        resolved = replace(resolved, experiment=with_search_rows(resolved.experiment, prepared.search_rows))
        if not is_imbalanced(prepared.dataset.train.labels):
            resolved = without_balance(resolved)
        resolved = suited_readings(resolved, prepared, console.say)
        experiment, space, limits = resolved.experiment, resolved.space, resolved.experiment.search
        workspace = Workspace(experiment.workspace, experiment.storage, experiment.tracking_uri)
        plan = Plan(experiment, workspace, space, prepared, limits.trials, limits.time_budget, started)
        with closing(create_store(workspace, RetryPolicy(console.say, lambda: signals.requested))) as store:
            study = store.study(new_study_name(experiment, prepared, store, workspace))
            first_points(space, limits, store)  # raises here if a point is wrong, before anything starts
            return _run(plan, study, console, signals, cluster, create_in=store)


def resume(
    workspace: Workspace, name: str, trials: str | None, time_budget: str | None, address: str | None, console: Console
) -> SearchResult:
    """Resume a study with the settings that the database holds.

    Args:
        workspace: the workspace of the study.
        name: name of the study.
        trials: total number of trials (`60`), or number of additional trials (`+20`); None: as in the experiment.
        time_budget: how long to continue (`10m`, `+10m`); None: as in the experiment.
        address: address of the Ray cluster to use; None: as in the experiment.
        console: receives messages for the user, and shows the progress.

    Raises:
        UsageError: there is no such study, or its data has changed.
    """
    started = time.monotonic()
    with ExitStack() as stack, SignalHandler() as signals:
        require_writable(workspace.folder)
        retry_policy = RetryPolicy(console.say, lambda: signals.requested)
        study = stack.enter_context(closing(open_store(workspace, retry_policy))).study(name)
        settings = study.settings()
        experiment = load_experiment(settings.experiment)
        resources = experiment.resources.model_copy(update={"address": address or experiment.resources.address})
        replaced = {"workspace": workspace.folder, "storage": workspace.storage, "resources": resources}
        experiment = experiment.model_copy(update=replaced)
        for warning in preflight(experiment):
            console.say(warning)
        cluster = stack.enter_context(existing_cluster(experiment, console.say))
        plan = resumed_plan(study, settings, experiment, workspace, trials, time_budget, console, started)
        return _run(plan, study, console, signals, cluster)


def _run(
    plan: Plan,
    study: Study,
    console: Console,
    signals: SignalHandler,
    existing: Cluster | None,
    *,
    create_in: StudyStore | None = None,
) -> SearchResult:
    """Run the search and export the winner. A new study is created in `create_in` once the cluster has started.

    Ray starts on this thread, because its processes end with the thread that started them. Another thread tokenizes
    the data meanwhile.
    """
    driver_id = os.environ[DRIVER_VARIABLE] = uuid4().hex
    if existing is None:
        prepare_ray()
        console.say("Starting Ray")
    with ExitStack() as stack:
        stack.enter_context(study.sole_driver())
        encoded = stack.enter_context(ThreadPoolExecutor(1)).submit(_encode_first, plan)
        with signals.held(), opened_cluster(plan.experiment, existing) as cluster:
            first = encoded.result()
            signals.check()
            if create_in is not None:
                plan = with_measured_pace(plan, cluster, console.say)
                plan = with_suited_stage(plan, console.say)
                plan = with_suited_algorithms(plan, cluster, console.say)
                usual = plan.prepared.max_length
                plan = with_suited_readings(plan, console.say)
                if plan.prepared.max_length != usual:  # mostly what was encoded before, which the cache has
                    first = _encode_first(plan)
                create_study(plan, create_in, study.name, cluster, console)
            grace = plan.experiment.search.grace_period
            driver = stack.enter_context(study.join(plan.workspace.folder, driver_id=driver_id, grace_seconds=grace))
            tracker = stack.enter_context(_tracker(plan.workspace, study, driver, console))
            checkpoints = stack.enter_context(study_checkpoints(plan, study, driver.id, console.say))
            heard = Together([tracker, *_boards(plan, study, console, stack)])
            search_run = SearchRun(plan, study, driver, cluster, first, heard, console, checkpoints)
            # Nodes of a cluster that was there are other machines, whose energy nobody measures.
            with EnergyMeter() if existing is None else nullcontext() as energy:
                reason = search_run.run(signals)
        if energy is not None and energy.kwh is not None:
            study.add_energy(energy.kwh, driver)
        stack.enter_context(ThreadPoolExecutor(1)).submit(import_page)
        record = study.record()
        best = best_trial(record, checkpoints, plan.workspace, console)
        confirmed = confirmation(record, best, checkpoints, console.say)
        best = best if confirmed is None else record.trials[confirmed.winner]
        default = best_default(record, plan.default_params, checkpoints)
        looks, is_here = study.note_test_look(), checkpoints.bring_best
        handed_over = hand_over_winner(plan, record, best, default, console.say, looks, confirmed, is_here)
        track_result(plan, study, record, handed_over, tracker, console)
        copy_to_storage_path(handed_over.winner, plan, console)
    return SearchResult(handed_over.winner, record, reason, time.monotonic() - plan.started, plan.workspace)


def _boards(plan: Plan, study: Study, console: Console, stack: ExitStack) -> list[Listener]:
    """Return the boards that show the search beside MLflow, which are closed with `stack`."""
    folders, opened = plan.workspace.study(study.name), list[Listener]()
    for name in dict.fromkeys(plan.experiment.also_track):
        place = BoardPlace(study.record().identity, folders.board(name))
        opened.append(stack.enter_context(open_board(name, place, console.say)))
        console.say(f"{BOARDS[name].title}: {BOARDS[name].hint.format(shlex.quote(str(near(place.folder))))}")
    return opened


def _tracker(workspace: Workspace, study: Study, driver: Driver, console: Console) -> MlflowTracker:
    def live() -> frozenset[str]:
        return frozenset({driver.id} | {other.id for other in living(study)})

    return MlflowTracker(
        workspace.tracking_uri,
        workspace.artifacts,
        TrackedStudy(study.record().identity, driver.id),
        history=study.record,
        live=live,
        warn=console.say,
    )


def _encode_first(plan: Plan) -> TrialData:
    """Return the data, tokenized for trial 0; other tokenizations are made when a trial needs them."""
    import ray.tune  # noqa: F401, PLC0415 - takes a second, which passes while Ray's processes start

    prepared, point = plan.prepared, plan.first_point
    if isinstance(point, Linear):
        return prepared.dataset
    return encode(prepared.dataset, point.text, prepared.max_length, plan.workspace.cache)
