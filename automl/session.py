"""The story of a search, from an experiment to a model that is handed over. Here everything is put together."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from automl.errors import SearchFailed, UsageError
from automl.experiment.load import load_experiment
from automl.experiment.machine import usable_cores
from automl.experiment.schema import Experiment
from automl.experiment.spaces import resolve_space
from automl.export.hand_over import CARD_FILE, FACTS_FILE
from automl.plan import Plan
from automl.preflight import preflight
from automl.preparation import Prepared, prepare
from automl.screen import Screen
from automl.search.cluster import Cluster, local_cluster
from automl.search.events import Event, Listener, SearchStarted, StopReason
from automl.search.interruption import Interruption
from automl.search.ledger import Ledger, Rules
from automl.search.opening import open_study
from automl.storage.ownership import sole_driver
from automl.storage.records import StudyRecord, TrialRecord
from automl.storage.studies import StudyStore
from automl.tracking.mlflow_tracker import MlflowTracker
from automl.winner.choose import choose_winner, why_no_model
from automl.winner.winner import Winner
from automl.workspace import Workspace
from search_spaces import Space
from trials.data.dataset import EncodedDataset
from trials.data.tokenization import encode


@dataclass(frozen=True)
class Outcome:
    """What a search came to. `seconds` counts from the command to the model."""

    winner: Winner
    study: StudyRecord
    reason: StopReason
    seconds: float


def search(experiment: Experiment, screen: Screen) -> Outcome:
    """Starts a new study, searches it, and hands over the winner.

    Raises:
        AutomlError: what was asked for cannot be done. No study is left behind, unless trials have run.
    """
    started = time.monotonic()
    for warning in preflight(experiment):
        screen.say(warning)
    space = _space(experiment)
    prepared = prepare(experiment, _slots(experiment), screen.say)
    workspace = Workspace(experiment.workspace, experiment.storage, experiment.tracking_uri)
    limits = experiment.search
    plan = Plan(experiment, workspace, space, prepared, limits.trials, limits.time_budget, started)
    store = workspace.create()
    try:
        name = _new_name(experiment, prepared, store)
        return _run(plan, store, name, screen, is_new=True)
    finally:
        store.close()


def resume(workspace: Workspace, name: str, trials: str | None, seconds: float | None, screen: Screen) -> Outcome:
    """Goes on with a study, from what the database alone says about it.

    Args:
        workspace: where the study lies.
        name: the study.
        trials: all the trials that it shall have (`60`) or how many more (`+20`); None as in the experiment.
        seconds: how long to go on; None as in the experiment.
        screen: who is told.

    Raises:
        UsageError: there is no such study, or its data is not what it was.
    """
    started = time.monotonic()
    store = workspace.open()
    try:
        made = store.settings(name)
        experiment = load_experiment(made.experiment)
        experiment = experiment.model_copy(update={"workspace": workspace.folder, "storage": workspace.storage})
        workspace = Workspace(workspace.folder, workspace.storage, workspace.tracking or experiment.tracking_uri)
        for warning in preflight(experiment):
            screen.say(warning)
        prepared = prepare(experiment, _slots(experiment), screen.say)
        if prepared.dataset.fingerprint != made.data_fingerprint:
            raise UsageError(
                f"the data of study {name!r} must be what it was, but its fingerprint is now "
                f"{prepared.dataset.fingerprint[:12]}, not {made.data_fingerprint[:12]}; "
                "bring the data back, or start a new study"
            )
        prepared = Prepared(prepared.dataset, made.max_length, made.budget_examples)
        limits = _resumed_limits(experiment, trials, seconds, store.record(name))
        plan = Plan(experiment, workspace, _space(experiment), prepared, *limits, started)
        return _run(plan, store, name, screen, is_new=False)
    finally:
        store.close()


def _run(plan: Plan, store: StudyStore, name: str, screen: Screen, *, is_new: bool) -> Outcome:
    """Ray starts on this thread, as its processes die with the thread that started them; data is encoded meanwhile."""
    resources = plan.experiment.resources
    slots = None if resources.slots == "auto" else resources.slots
    gpus = None if resources.gpus_per_trial == "auto" else resources.gpus_per_trial
    screen.say("Starting Ray")
    tracker = MlflowTracker(plan.workspace.tracking_uri, plan.workspace.artifacts, name, warn=screen.say)
    with sole_driver(name, plan.workspace.study(name)), ThreadPoolExecutor(1) as pool, tracker:
        encoded = pool.submit(_encode_first, plan)
        with Interruption() as interruption, local_cluster(slots, resources.cpus_per_trial, gpus) as cluster:
            interruption.hold()
            first = encoded.result()
            interruption.check()
            if is_new:
                store.create(plan.new_study(name), plan.space.defaults())
            else:
                store.reclaim(name)
            reason = _drive(plan, store, name, cluster, first, interruption, tracker, screen)
        study = store.record(name)
        best = _best_trial(study, plan.workspace)
        from automl.handover import hand_over_winner  # noqa: PLC0415 - torch, which only the end of a search needs

        winner = hand_over_winner(best, study, plan.prepared.dataset, plan.experiment, plan.workspace, screen.say)
        tracker.log_winner(winner, [winner.folder / CARD_FILE, winner.folder / FACTS_FILE])
    return Outcome(winner, study, reason, time.monotonic() - plan.started)


def _drive(
    plan: Plan,
    store: StudyStore,
    name: str,
    cluster: Cluster,
    first: EncodedDataset,
    interruption: Interruption,
    tracker: Listener,
    screen: Screen,
) -> StopReason:
    from automl.search.driver import run_search  # noqa: PLC0415 - Ray must have read its settings first
    from automl.search.encodings import Encodings  # noqa: PLC0415

    settings = plan.experiment.search
    study = open_study(store, name, sampler=settings.sampler, pruner=settings.pruner, seed=settings.seed)
    prepared, size = plan.prepared, plan.first_vocabulary_size
    encodings = Encodings(prepared.dataset, prepared.max_length, plan.workspace.cache, first, size)
    begun = time.monotonic()
    rules = Rules(
        metric=plan.metric,
        budget_examples=prepared.budget_examples,
        trials=plan.trials,
        deadline=begun + plan.seconds if plan.seconds is not None else None,
        seed=settings.seed,
        checkpoint=partial(plan.workspace.checkpoint, name),
        precision=plan.experiment.trial.precision,
        threads=max(1, int(cluster.slots.cpus)),
    )
    with screen.watch(plan.space.defaults()) as view:

        def tell(event: Event) -> None:
            tracker.notice(event)
            view.notice(event)

        tell(
            SearchStarted(
                study=name,
                metric=plan.metric,
                maximize=plan.maximize,
                slots=cluster.slots.count,
                budget_examples=rules.budget_examples,
                trials=rules.trials,
                started=begun,
                deadline=rules.deadline,
                dashboard_url=cluster.dashboard_url,
                settings=plan.settings(),
            )
        )
        ledger = Ledger(study, plan.space, rules, tell)
        interruption.act(lambda: ledger.stop(StopReason.INTERRUPTED))
        return run_search(ledger, encodings, cluster.slots)


def _best_trial(study: StudyRecord, workspace: Workspace) -> TrialRecord:
    def has_model(number: int) -> bool:
        return (workspace.checkpoint(study.name, number) / "config.json").is_file()

    best = choose_winner(study, has_model)
    if best is None:
        raise SearchFailed(why_no_model(study))
    return best


def _encode_first(plan: Plan) -> EncodedDataset:
    """The data in the default vocabulary, which trial 0 needs; the other sizes are made when a trial asks for them."""
    import ray.tune  # noqa: F401, PLC0415 - takes a second, which passes while Ray's processes start

    prepared = plan.prepared
    return encode(prepared.dataset, plan.first_vocabulary_size, prepared.max_length, plan.workspace.cache)


def _space(experiment: Experiment) -> Space:
    space, problems = resolve_space(experiment.space.name, experiment.space.overrides)
    if space is None or problems:
        raise UsageError("\n".join(problems))
    return space


def _slots(experiment: Experiment) -> int:
    wanted = experiment.resources.slots
    return max(1, int(usable_cores() / experiment.resources.cpus_per_trial)) if wanted == "auto" else wanted


def _new_name(experiment: Experiment, prepared: Prepared, store: StudyStore) -> str:
    if experiment.study is None:
        return store.free_name(re.sub(r"[^\w.-]+", "-", prepared.dataset.name).strip("-.")[:60] or "study")
    if experiment.study in store.names():
        raise UsageError(
            f"a new study must have a new name, and there is a study {experiment.study!r}; "
            f"go on with it (automl resume {experiment.study}) or give another --study"
        )
    return experiment.study


def _resumed_limits(
    experiment: Experiment, trials: str | None, seconds: float | None, study: StudyRecord
) -> tuple[int | None, float | None]:
    """What is asked for now replaces both limits of the experiment; `+20` counts from what is there."""
    begun = len(study.trials)
    if trials is None and seconds is None:
        limit = experiment.search.trials
        if limit is not None and sum(trial.state not in {"WAITING", "RUNNING"} for trial in study.trials) >= limit:
            raise UsageError(
                f"all {limit} trials of study {study.name!r} are done; say how many more: "
                f"automl resume {study.name} --trials +20"
            )
        return limit, experiment.search.time_budget
    if trials is None:
        return None, seconds
    digits = trials.removeprefix("+")
    if not digits.isdecimal() or int(digits) < 1:
        raise UsageError(f"--trials must be a number such as 60, or +20 for 20 more, not {trials!r}")
    return (begun + int(digits) if trials.startswith("+") else int(digits)), seconds
