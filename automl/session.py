"""The story of a search, from an experiment to a model that is handed over. Here everything is put together."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from uuid import uuid4

from automl import pool
from automl.drive import Drive, expected_seconds
from automl.earlier import told
from automl.errors import SearchFailed, UsageError, WorkspaceError
from automl.experiment.balance import is_imbalanced, without_balance
from automl.experiment.checkpoints import checkpoint_problems, missing_pretrained
from automl.experiment.grid import GRID
from automl.experiment.load import load_experiment
from automl.experiment.pretraining import suited_pretraining
from automl.experiment.schema import Experiment
from automl.experiment.spaces import resolve_space
from automl.export.hand_over import CARD_FILE, FACTS_FILE
from automl.export.storage_path import send
from automl.first_points import first_points
from automl.handover import hand_over_winner
from automl.limits import resumed_limits
from automl.next_command import next_command
from automl.plan import Plan
from automl.preflight import demand_writable, preflight
from automl.preparation import Budgets, Prepared, prepare
from automl.report.without import why_no_winner
from automl.screen import Screen
from automl.search.as_begun import as_begun
from automl.search.cluster import Cluster, prepare_ray
from automl.search.contract import keeps_model
from automl.search.events import StopReason
from automl.search.folders import TrialFolders
from automl.search.interruption import Interruption
from automl.storage.driver import Driver
from automl.storage.new_study import NewStudy, Recommended
from automl.storage.patience import Patience
from automl.storage.records import StudyRecord, TrialRecord
from automl.storage.studies import StudyStore
from automl.study_files import study_folders
from automl.tracking.mlflow_names import Tracked
from automl.tracking.mlflow_tracker import MlflowTracker
from automl.winner.choose import choose_winner
from automl.winner.winner import Winner
from automl.workspace import TRACKING_VARIABLE, Workspace, folder_name, name_after
from search_spaces import ALGORITHM, Linear, Space
from trials.data.dataset import TrialData
from trials.data.tokenization import encode

DRIVER_VARIABLE = "AUTOML_DRIVER"
"""In the environment of every process that a search starts: the id of its driver."""


@dataclass(frozen=True)
class Outcome:
    """What a search came to. `seconds` counts from the command to the model."""

    winner: Winner
    study: StudyRecord
    reason: StopReason
    seconds: float
    workspace: Workspace


def search(experiment: Experiment, screen: Screen) -> Outcome:
    """Starts a new study, searches it, and hands over the winner.

    Raises:
        AutomlError: what was asked for cannot be done. No study is left behind, unless trials have run.
    """
    started = time.monotonic()
    with ExitStack() as stack, Interruption() as interruption:
        for warning in preflight(experiment):
            screen.say(warning)
        experiment = _without_missing(experiment, screen)
        space = _space(experiment)
        joined = stack.enter_context(pool.joined(experiment, screen.say))
        prepared = prepare(experiment, space.default_points(), pool.slots(experiment, joined), screen.say)
        if not is_imbalanced(prepared.dataset.train.labels):
            experiment = without_balance(experiment, space)
        experiment = suited_pretraining(experiment, space, prepared, screen.say)
        space = _space(experiment)
        workspace = Workspace(experiment.workspace, experiment.storage, experiment.tracking_uri)
        limits = experiment.search
        plan = Plan(experiment, workspace, space, prepared, limits.trials, limits.time_budget, started)
        with closing(workspace.create(Patience(screen.say, lambda: interruption.requested))) as store:
            name = _new_name(experiment, prepared, store, workspace)
            first_points(space, limits, store)  # what is wrong with them is told before anything starts
            return _run(plan, store, name, screen, interruption, joined, is_new=True)


def resume(
    workspace: Workspace, name: str, trials: str | None, time_budget: str | None, address: str | None, screen: Screen
) -> Outcome:
    """Goes on with a study, from what the database alone says about it.

    Args:
        workspace: where the study lies.
        name: the study.
        trials: all the trials that it shall have (`60`) or how many more (`+20`); None as in the experiment.
        time_budget: how long to go on (`10m`, `+10m`); None as in the experiment.
        address: of the Ray cluster to go on with; None as in the experiment.
        screen: who is told.

    Raises:
        UsageError: there is no such study, or its data is not what it was.
    """
    started = time.monotonic()
    with ExitStack() as stack, Interruption() as interruption:
        demand_writable(workspace.folder)
        patience = Patience(screen.say, lambda: interruption.requested)
        store = stack.enter_context(closing(workspace.open(patience)))
        made = store.settings(name)
        experiment = load_experiment(made.experiment)
        resources = experiment.resources.model_copy(update={"address": address or experiment.resources.address})
        places = {"workspace": workspace.folder, "storage": workspace.storage, "resources": resources}
        experiment = experiment.model_copy(update=places)
        for warning in preflight(experiment):
            screen.say(warning)
        joined = stack.enter_context(pool.joined(experiment, screen.say))
        plan = _resumed_plan(store, made, experiment, workspace, trials, time_budget, joined, screen, started)
        return _run(plan, store, name, screen, interruption, joined, is_new=False)


def _resumed_plan(
    store: StudyStore,
    made: NewStudy,
    experiment: Experiment,
    workspace: Workspace,
    trials: str | None,
    time_budget: str | None,
    joined: Cluster | None,
    screen: Screen,
    started: float,
) -> Plan:
    name = made.name
    tracking = workspace.tracking or os.environ.get(TRACKING_VARIABLE) or experiment.tracking_uri
    workspace = Workspace(workspace.folder, workspace.storage, tracking)
    space, changes = as_begun(_space(experiment), store.trials(name))
    for change in changes:
        screen.say(change)
    prepared = prepare(experiment, space.default_points(), pool.slots(experiment, joined), screen.say)
    if prepared.dataset.fingerprint != made.data_fingerprint:
        raise UsageError(
            f"the data of study {name!r} must be what it was, but its fingerprint is now "
            f"{prepared.dataset.fingerprint[:12]}, not {made.data_fingerprint[:12]}; "
            "bring the data back, or start a new study"
        )
    budgets = Budgets(made.budget_examples, made.pretrained_budget_examples or made.budget_examples)
    prepared = replace(prepared, max_length=made.max_length, budgets=budgets)
    limits = resumed_limits(experiment, trials, time_budget, store.record(name), workspace)
    if trials is not None or time_budget is not None:  # whoever says how far to go on does not want it to end at once
        search = experiment.search.model_copy(update={"least_gain": None})
        experiment = experiment.model_copy(update={"search": search})
    return Plan(experiment, workspace, space, prepared, *limits, started)


def _run(
    plan: Plan,
    store: StudyStore,
    name: str,
    screen: Screen,
    interruption: Interruption,
    joined: Cluster | None,
    *,
    is_new: bool,
) -> Outcome:
    """Ray starts on this thread, as its processes die with the thread that started them; data is encoded meanwhile."""
    driver_id = os.environ[DRIVER_VARIABLE] = uuid4().hex
    if joined is None:
        prepare_ray()
        screen.say("Starting Ray")
    with ExitStack() as stack:
        stack.enter_context(store.sole_driver(name))
        encoded = stack.enter_context(ThreadPoolExecutor(1)).submit(_encode_first, plan)
        with interruption.held(), pool.opened(plan.experiment, joined) as cluster:
            first = encoded.result()
            interruption.check()
            if is_new:
                _create(plan, store, name, cluster, screen)
            grace = plan.experiment.search.grace_period
            driver = stack.enter_context(
                store.join(name, plan.workspace.folder, driver_id=driver_id, grace_seconds=grace)
            )
            tracker = stack.enter_context(_tracker(plan.workspace, store, driver, name, screen))
            folders = stack.enter_context(study_folders(plan, store, name, driver.id, screen.say))
            reason = Drive(plan, store, name, driver, cluster, first, tracker, screen, folders).run(interruption)
        study = store.record(name)
        best = _best_trial(study, folders, plan.workspace, screen)
        winner = hand_over_winner(best, study, plan.prepared.dataset, plan.experiment, plan.workspace, screen.say)
        tracker.log_winner(winner, [winner.folder / CARD_FILE, winner.folder / FACTS_FILE])
        _send_away(winner, plan, screen)
    return Outcome(winner, study, reason, time.monotonic() - plan.started, plan.workspace)


def _send_away(winner: Winner, plan: Plan, screen: Screen) -> None:
    """Copies what was handed over to its second place. That this fails is told, and is no failure of the search."""
    if (storage_path := plan.experiment.storage_path) is None:
        return
    try:
        screen.say(f"Copied to {send(winner.folder, storage_path, folder_name(winner.study))}")
    except WorkspaceError as error:
        screen.say(str(error))


def _create(plan: Plan, store: StudyStore, name: str, cluster: Cluster, screen: Screen) -> None:
    """The study with its first points, without the defaults of algorithms that could not come to an end."""
    limits, expected = plan.experiment.search, expected_seconds(plan, cluster)
    late = [each for each, seconds in expected.items() if limits.time_budget and seconds > limits.time_budget]
    if late:
        names = ", ".join(map(str, late))
        screen.say(f"Not tried at first, as one trial is expected to take longer than the search: {names}")
    first = first_points(plan.space, limits, store, expected, plan.traits)
    is_grid = limits.sampler == GRID  # it has to know from the start what is taken of it
    if limits.warm_start:
        screen.say(told([earlier for earlier, _ in first.earlier], in_any_case=is_grid))
    recommended = [Recommended(earlier.study, point) for earlier, point in first.earlier]
    points = [*first.points, *(each.point for each in recommended if is_grid)]
    store.create(replace(plan.new_study(name), recommended=() if is_grid else tuple(recommended)), *points)


def _tracker(workspace: Workspace, store: StudyStore, driver: Driver, name: str, screen: Screen) -> MlflowTracker:
    def live() -> frozenset[str]:
        return frozenset({driver.id} | {other.id for other in store.drivers(name) if other.alive is not False})

    return MlflowTracker(
        workspace.tracking_uri,
        workspace.artifacts,
        Tracked(name, store.record(name).uuid, driver.id),
        history=lambda: store.record(name),
        live=live,
        warn=screen.say,
    )


def _best_trial(study: StudyRecord, folders: TrialFolders, workspace: Workspace, screen: Screen) -> TrialRecord:
    """The winner among the trials whose models are here, or can be brought: another driver may have trained them."""

    def has_best(number: int) -> bool:
        trial = study.trials[number]
        return folders.has_best(number, trial.best, has_ended=trial.ended is not None)

    folders.copies.look()
    copied = {copy.number for copy in folders.copies.there}
    absent = {trial.number for trial in study.trials if trial.number in copied and keeps_model(trial.number, trial.end)}
    while (best := choose_winner(study, lambda number: has_best(number) or number in absent)) is not None:
        if folders.bring_best(best):
            break
        absent.discard(best.number)
    if best is None:
        resume = next_command(workspace, "resume", study.name, "--time-budget", "10m")
        raise SearchFailed(why_no_winner(study, has_best, folders.model, resume))
    kept = choose_winner(study, lambda number: keeps_model(number, study.trials[number].end))
    if kept is not None and kept.number != best.number:
        screen.say(
            f"Trial {kept.number} is better than trial {best.number}, but its model lies in the workspace of another "
            "driver. Drivers that share a folder or a --storage-path hand over the best of all."
        )
    return best


def _encode_first(plan: Plan) -> TrialData:
    """The data as trial 0 reads it; other tokenizations are made when a trial asks for them."""
    import ray.tune  # noqa: F401, PLC0415 - takes a second, which passes while Ray's processes start

    prepared, point = plan.prepared, plan.first_point
    if isinstance(point, Linear):
        return prepared.dataset
    return encode(prepared.dataset, point.text, prepared.max_length, plan.workspace.cache)


def _without_missing(experiment: Experiment, screen: Screen) -> Experiment:
    """The experiment that can be done here: without a checkpoint, algorithms that need one are left out, and told.

    It stays so in the study, which may be resumed where there is a checkpoint.
    """
    space, _ = resolve_space(experiment.space.name, experiment.space.overrides)
    if space is None or (missing := missing_pretrained(space)) is None:
        return experiment
    left, problem = missing
    screen.say(f"Without a pretrained model, the search chooses among {', '.join(map(str, left))}: {problem}")
    overrides = {**experiment.space.overrides, ALGORITHM: left}
    return experiment.model_copy(update={"space": experiment.space.model_copy(update={"overrides": overrides})})


def _space(experiment: Experiment) -> Space:
    space, problems = resolve_space(experiment.space.name, experiment.space.overrides)
    if space is None or problems or (problems := checkpoint_problems(space)):
        raise UsageError("\n".join(problems))
    return space


def _new_name(experiment: Experiment, prepared: Prepared, store: StudyStore, workspace: Workspace) -> str:
    if experiment.study is None:
        return store.free_name(name_after(prepared.dataset.name))
    if experiment.study in store.names():
        raise UsageError(
            f"a new study must have a new name, and there is a study {experiment.study!r}; "
            f"go on with it ({next_command(workspace, 'resume', experiment.study)}) or give another --study"
        )
    return experiment.study
