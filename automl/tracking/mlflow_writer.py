"""Writes a search into MLflow, one event at a time, through `MlflowClient` with explicit run ids and batched calls.

Each method may be called again with the same event after a failure: what is there already is not made twice.
"""

import getpass
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

from automl.search.contract import EFFECTS
from automl.search.events import (
    Event,
    SearchEnded,
    SearchStarted,
    TrialEnded,
    TrialEvaluated,
    TrialStarted,
)
from automl.tracking import mlflow_names as names
from automl.tracking.mlflow_experiment import close_abandoned_runs, open_experiment, trial_runs
from automl.tracking.mlflow_view import VIEW_TAG, runs_view
from automl.tracking.plots import confusion_plot, learning_curve_plot
from automl.tracking.progress import SearchProgress
from automl.winner.winner import Winner
from search_spaces import Value

PARAMS_PER_BATCH = 100
"""MLflow's own limit."""

CAUSE_LENGTH = 8000
"""The longest tag that MLflow takes; of a longer traceback the end is kept, where the error stands."""


class MlflowWriter:
    """One search in MLflow: an experiment for the study, a parent run for the search, a child run for each trial.

    Times (`at`) are milliseconds since 1970. Steps are training examples seen, on the parent run ended trials.
    """

    def __init__(self, client: MlflowClient, artifact_root: Path | None, study: str, search_name: str) -> None:
        self._client = client
        self._artifact_root = artifact_root
        self._study = study
        self._search_name = search_name
        self._progress = SearchProgress()
        self._earlier: Mapping[int, str] = {}
        self.experiment_id: str | None = None
        self.search_run: str | None = None
        self.trial_runs: dict[int, str] = {}

    def write(self, event: Event, at: int) -> None:
        """Records `event`, which happened at `at`."""
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
            case SearchEnded():
                self._end_search(event, at)
        if progress.best != self._progress.best:
            self._lead(progress, at)
        self._progress = progress

    def write_winner(self, winner: Winner, files: Sequence[Path], at: int) -> None:
        """Attaches the winner to the parent run: its scores, plots and `files`."""
        run = self._parent()
        scores = {"test": winner.scores.test, "baseline_test": winner.baseline.test}
        if winner.default is not None:
            scores["default_test"] = winner.default.test
        metrics = [metric for prefix, values in scores.items() for metric in _metrics(values, prefix, at, 0)]
        tags = [RunTag(names.WINNER_TAG, names.run_name(winner.trial.number))]
        self._client.log_batch(run, metrics=metrics, tags=tags)
        self._client.log_figure(run, learning_curve_plot(winner.trial, winner.metric), "plots/learning_curve.png")
        self._client.log_figure(run, confusion_plot(winner), "plots/confusion_matrix.png")
        for file in files:
            self._client.log_artifact(run, str(file))

    def _start_search(self, event: SearchStarted, at: int) -> None:
        if self.experiment_id is None:
            self.experiment_id = open_experiment(self._client, self._study, self._artifact_root)
            close_abandoned_runs(self._client, self.experiment_id)
            self._earlier = trial_runs(self._client, self.experiment_id)
        if self.search_run is None:
            self.search_run = self._create_run(self._search_name, {names.SEARCH_STATUS_TAG: "running"}, at)
        self._log_params(self.search_run, event.settings)

    def _start_trial(self, event: TrialStarted, at: int) -> None:
        number = event.number
        if number not in self.trial_runs and event.resumed and number in self._earlier:
            self.trial_runs[number] = self._earlier[number]
        if number not in self.trial_runs:
            tags = {names.PARENT_TAG: self._parent(), names.TRIAL_TAG: str(number)}
            self.trial_runs[number] = self._create_run(names.run_name(number), tags, at)
        run = self.trial_runs[number]
        if event.resumed:
            self._client.update_run(run, status="RUNNING")
            self._client.log_batch(run, tags=[RunTag(names.END_TAG, "")])
        self._log_params(run, event.params)
        if not self._progress.running and not self._progress.ends:
            self._set_view(event.params)

    def _evaluate_trial(self, event: TrialEvaluated, at: int) -> None:
        evaluation, step = event.evaluation, event.evaluation.examples
        values = {
            "train/loss": evaluation.train_loss,
            "train/learning_rate": evaluation.learning_rate,
            "cost/seconds": evaluation.seconds,
            names.BUDGET_SHARE: round(evaluation.fraction, 3),
        }
        if evaluation.is_best:
            values[self._best_name] = event.value
        metrics = [*_metrics(evaluation.metrics, "validation", at, step), *_metrics(values, "", at, step)]
        self._client.log_batch(self.trial_runs[event.number], metrics=metrics)

    def _end_trial(self, event: TrialEnded, at: int) -> None:
        run = self.trial_runs[event.number]
        tags = [RunTag(names.END_TAG, event.end.value)]
        if event.cause:
            tags.append(RunTag(names.CAUSE_TAG, event.cause[-CAUSE_LENGTH:]))
        metrics = [] if event.cost is None else _metrics(asdict(event.cost), "cost", at, event.cost.examples)
        self._client.log_batch(run, metrics=metrics, tags=tags)
        self._client.set_terminated(run, EFFECTS[event.end].mlflow_status, at)

    def _end_search(self, event: SearchEnded, at: int) -> None:
        run = self._parent()
        for number in self._progress.running:
            self._client.set_terminated(self.trial_runs[number], "KILLED", at)
        self._client.log_batch(run, tags=[RunTag(names.SEARCH_STATUS_TAG, event.reason.value)])
        self._client.set_terminated(run, names.SEARCH_STATUS[event.reason], at)

    def _lead(self, progress: SearchProgress, at: int) -> None:
        """Draws the best value so far into the parent run."""
        if progress.best is not None:
            metrics = _metrics({self._best_name: progress.best.value}, "", at, progress.ended)
            self._client.log_batch(self._parent(), metrics=metrics)

    def _set_view(self, params: Mapping[str, Value]) -> None:
        search = self._progress.search
        if search is not None and self.experiment_id is not None:
            view = runs_view(search.metric, search.maximize, params)
            self._client.set_experiment_tag(self.experiment_id, VIEW_TAG, view)

    @property
    def _best_name(self) -> str:
        return f"{names.BEST}/{self._progress.search.metric if self._progress.search else 'value'}"

    def _parent(self) -> str:
        if self.search_run is None:
            raise LookupError(f"the search of study {self._study!r} must be started before anything else is recorded")
        return self.search_run

    def _create_run(self, name: str, tags: Mapping[str, str], at: int) -> str:
        common = {names.STUDY_TAG: self._study, "mlflow.source.name": "automl search", "mlflow.user": getpass.getuser()}
        run = self._client.create_run(self.experiment_id, start_time=at, tags={**common, **tags}, run_name=name)
        return str(run.info.run_id)

    def _log_params(self, run: str, values: Mapping[str, Value]) -> None:
        params = [Param(name, str(value)) for name, value in values.items()]
        for start in range(0, len(params), PARAMS_PER_BATCH):
            self._client.log_batch(run, params=params[start : start + PARAMS_PER_BATCH])


def _metrics(values: Mapping[str, float], prefix: str, at: int, step: int) -> list[Metric]:
    front = f"{prefix}/" if prefix else ""
    return [Metric(f"{front}{name}", float(value), at, step) for name, value in values.items()]
