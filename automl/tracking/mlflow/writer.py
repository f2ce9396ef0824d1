"""Writes a search into MLflow, one event at a time, through `MlflowClient` with explicit run ids and batched calls.

Each method may be called again with the same event after a failure: the calls are idempotent.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Metric

from automl.core import (
    EFFECTS,
    Event,
    SearchEnded,
    SearchProgress,
    SearchStarted,
    StudyRecord,
    TrialEnded,
    TrialEvaluated,
    TrialRecord,
    TrialStarted,
    TrialTaken,
    without_password,
)
from automl.selection import Winner
from automl.tracking.mlflow import names
from automl.tracking.mlflow.event_queue import Registration
from automl.tracking.mlflow.experiment import open_experiment
from automl.tracking.mlflow.model import data_input, log_model, register
from automl.tracking.mlflow.plots import confusion_plot, learning_curve_plot
from automl.tracking.mlflow.repair import reconcile
from automl.tracking.mlflow.run_content import (
    KILLED,
    RUNNING,
    begin_tags,
    best_name,
    cost_metrics,
    cost_tags,
    end_tags,
    evaluation_metrics,
    origin_tags,
    shown,
    trial_tags,
)
from automl.tracking.mlflow.runs import find_runs, log, logged_at, make_run
from automl.tracking.mlflow.ui import VIEW_TAG, runs_view
from search_spaces import Value


class MlflowWriter:
    """One search in MLflow: an experiment for the study, a parent run for the search, a child run for each trial.

    Times (`at`) are milliseconds since 1970. Steps count training examples seen; on the parent run, ended trials.

    Args:
        client: client of the MLflow store.
        artifact_root: parent folder for the files of a new experiment; None: the tracking server chooses the location.
        tracked: the study and the driver whose events are recorded.
    """

    def __init__(self, client: MlflowClient, artifact_root: Path | None, tracked: names.TrackedStudy) -> None:
        self._client = client
        self._artifact_root = artifact_root
        self._tracked = tracked
        self._progress = SearchProgress()
        self._experiment: str | None = None
        self._search: str | None = None
        self._runs: dict[int, str] = {}
        self._synced: Mapping[int, TrialRecord] = {}
        self._has_view = False
        self._confirming: set[int] = set()

    def write(self, event: Event, at: int) -> None:
        """Record an event.

        Args:
            event: an event of the search or of a trial; `SearchStarted` must be the first.
            at: its time, in milliseconds since 1970.
        """
        progress = self._progress.after(event)
        match event:
            case SearchStarted():
                self._start_search(event, at)
            case TrialStarted():
                self._start_trial(event, at)
            case TrialEvaluated():
                self._evaluate_trial(event, at)
            case TrialEnded():
                self._end_trial(event, at)
            case TrialTaken(number):
                self._runs.pop(number, None)  # only the other driver writes to it now
            case SearchEnded():
                self._end_search(event, at)
        self.go_on(progress, at)

    def write_winner(self, winner: Winner, files: Sequence[Path], at: int, note: str = "") -> None:
        """Attach the winner to the parent run.

        Args:
            winner: its test scores and plots are logged, with the scores of the default and of the baseline.
            files: files to attach as artifacts.
            at: time of the metrics, in milliseconds since 1970.
            note: description of the run, in Markdown; empty: none.
        """
        run = self._parent()
        scores = {"test": winner.scores.test, "baseline_test": winner.baseline.test}
        if winner.default is not None:
            scores["default_test"] = winner.default.test
        if winner.refit is not None:
            scores["refit_test"] = winner.refit.test
        if winner.ensemble is not None:
            scores["ensemble_test"] = winner.ensemble.scores.test
        if winner.soup is not None:
            scores["soup_test"] = winner.soup.scores.test
        named = {f"{split}/{name}": value for split, values in scores.items() for name, value in values.items()}
        if winner.energy_kwh is not None:
            named["energy_kwh"] = winner.energy_kwh
        metrics = [Metric(name, float(value), at, 0) for name, value in named.items()]
        tags = {names.WINNER_TAG: names.trial_key(winner.trial.number)}
        if note:
            tags[names.NOTE_TAG] = note[: names.LONGEST_NOTE]
        if winner.ensemble is not None:
            weights = winner.ensemble.choice.weights
            tags[names.ENSEMBLE_TAG] = ", ".join(f"{names.trial_key(n)}: {share:.3f}" for n, share in weights.items())
        if winner.soup is not None:
            tags[names.SOUP_TAG] = ", ".join(map(names.trial_key, winner.soup.choice.members))
        log(self._client, run, metrics=metrics, tags=tags)
        self._client.log_figure(
            run, learning_curve_plot(winner.trial, winner.goals.first.name), "plots/learning_curve.png"
        )
        if (confusion := confusion_plot(winner)) is not None:
            self._client.log_figure(run, confusion, "plots/confusion_matrix.png")
        for file in files:
            self._client.log_artifact(run, str(file))

    def write_file(self, path: Path) -> None:
        """Attach the file at `path` to the parent run."""
        self._client.log_artifact(self._parent(), str(path))

    def write_model(self, folder: Path, registration: Registration | None, at: int) -> None:
        """Log a model that was handed over as the model of the parent run, and register it.

        Args:
            folder: the folder of the model.
            registration: name and alias in the registry; None: the model is not registered.
            at: time of its scores, in milliseconds since 1970.
        """
        run = self._parent()
        model = log_model(self._client, run, folder, at)
        if registration is not None:
            register(self._client, model, registration.name, registration.alias)

    def catch_up(self, study: StudyRecord, live: Callable[[], frozenset[str]]) -> None:
        """Write what MLflow lacks from the database, and close runs that dead drivers left open.

        Events that are already covered by `study` are not written again later.

        Args:
            study: the study as the database has it.
            live: returns the ids of the drivers that work on the study now; the others update their own runs.
        """
        reconcile(self._client, self._experiment_id(), study, live, self._tracked.driver, self._search)
        self._runs.clear()  # the repair may have replaced a run by a new one
        self._synced = {trial.number: trial for trial in study.trials if trial.state != RUNNING}

    def go_on(self, progress: SearchProgress, at: int) -> None:
        """Update the progress of the search, and log a new best value on the parent run.

        Args:
            progress: the current state of the search.
            at: time of the metric, in milliseconds since 1970.
        """
        if progress.best is not None and progress.best != self._progress.best:
            leader = {(best_name(progress.metric), progress.ended): progress.best.value}
            log(self._client, self._parent(), metrics=logged_at(leader, at))
        self._progress = progress

    def _start_search(self, event: SearchStarted, at: int) -> None:
        tracked = self._tracked
        self._experiment = open_experiment(self._client, tracked.study, self._artifact_root)
        if self._search is None:
            condition = f"tags.`{names.DRIVER_TAG}` = '{tracked.driver}'"
            found = find_runs(self._client, self._experiment, tracked.study.uuid, condition)
            self._search = next((run.info.run_id for run in found if names.TRIAL_TAG not in run.data.tags), None)
        if self._search is None:
            tags = {names.SEARCH_STATUS_TAG: names.RUNNING, names.DRIVER_TAG: tracked.driver}
            self._search = self._make_run(names.search_name(tracked.study.name, at), tags, at)
        settings = {name: without_password(text) for name, text in event.settings.items()}
        log(self._client, self._search, settings)
        if (data := data_input(settings)) is not None:
            self._client.log_inputs(self._search, [data])

    def _start_trial(self, event: TrialStarted, at: int) -> None:
        number, tags = event.number, begin_tags(self._tracked.driver) | origin_tags(event.lineage, event.confirms)
        run = self._found_run(number)
        if run is None:
            given = {name: value for name, value in tags.items() if value}
            of_trial = {names.PARENT_TAG: self._parent(), **trial_tags(number, event.params)}
            run = self._make_run(names.run_name(number, event.params, event.confirms), {**of_trial, **given}, at)
        else:
            self._client.update_run(run, status=RUNNING)
            log(self._client, run, tags=tags)
        self._runs[number] = run
        if event.confirms is not None:
            self._confirming.add(number)
        log(self._client, run, shown(event.params))
        if not self._has_view:
            self._set_view(event.params)

    def _evaluate_trial(self, event: TrialEvaluated, at: int) -> None:
        synced = self._synced.get(event.number)
        if synced is None or event.evaluation not in synced.evaluations:
            is_proposed = event.number not in self._confirming
            metrics = evaluation_metrics(event.evaluation, self._progress.metric if is_proposed else None)
            log(self._client, self._run(event.number), metrics=logged_at(metrics, at))

    def _end_trial(self, event: TrialEnded, at: int) -> None:
        run, synced = self._run(event.number), self._synced.get(event.number)
        known = event.cost is None or (synced is not None and synced.cost == event.cost)
        metrics = {} if known or event.cost is None else cost_metrics(event.cost)
        tags = {
            name: value
            for name, value in (end_tags(event.end, event.cause) | cost_tags(event.cost)).items()
            if value or name == names.DRIVER_TAG
        }
        log(self._client, run, metrics=logged_at(metrics, at), tags=tags)
        self._client.set_terminated(run, EFFECTS[event.end].mlflow_status, at)

    def _end_search(self, event: SearchEnded, at: int) -> None:
        run = self._parent()
        for number in self._progress.running:
            self._client.set_terminated(self._run(number), KILLED, at)
        log(self._client, run, tags={names.SEARCH_STATUS_TAG: event.reason.value})
        self._client.set_terminated(run, names.SEARCH_STATUS[event.reason], at)

    def _set_view(self, params: Mapping[str, Value]) -> None:
        search = self._progress.search
        if search is not None:
            experiment = self._experiment_id()
            self._client.set_experiment_tag(experiment, VIEW_TAG, runs_view(search.goals, params))
            if names.NOTE_TAG not in self._client.get_experiment(experiment).tags:  # a user's own text stays
                note = names.experiment_note(self._tracked.study.name, search.goals)
                self._client.set_experiment_tag(experiment, names.NOTE_TAG, note)
            self._has_view = True

    def _experiment_id(self) -> str:
        if self._experiment is None:
            raise LookupError(f"the search of study {self._tracked.study.name!r} must be started before anything else")
        return self._experiment

    def _parent(self) -> str:
        if self._search is None:
            raise LookupError(f"the search of study {self._tracked.study.name!r} must be started before anything else")
        return self._search

    def _run(self, number: int) -> str:
        """Return the run of a trial that has started."""
        run = self._found_run(number)
        if run is None:
            raise LookupError(f"trial {number} must be started before anything else is recorded of it")
        return run

    def _found_run(self, number: int) -> str | None:
        """Return the trial's run; None if there is none.

        It may come from an earlier driver, or from an earlier call whose answer was lost.
        """
        if number not in self._runs:
            condition = f"tags.`{names.TRIAL_TAG}` = '{number}'"
            for run in find_runs(self._client, self._experiment_id(), self._tracked.study.uuid, condition):
                self._runs[number] = run.info.run_id  # of two runs, the newer one
        return self._runs.get(number)

    def _make_run(self, name: str, tags: Mapping[str, str], at: int) -> str:
        tracked = self._tracked
        return make_run(self._client, self._experiment_id(), tracked.study, name, tags, at)
