"""The ways to record a trial in MLflow that `tracking` compares. It imports MLflow, which must have been quietened."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import mlflow
from mlflow import MlflowClient

from automl.core import (
    Event,
    Goals,
    SearchStarted,
    StudyIdentity,
    TrialEnded,
    TrialEvaluated,
    TrialStarted,
    objective_of,
)
from automl.tracking.mlflow import (
    MlflowTracker,
    MlflowWriter,
    TrackedStudy,
    cost_metrics,
    evaluation_metrics,
    make_database,
    shown,
)
from trials.protocol import BUDGET_STEPS, Cost, Evaluation, TrialEnd

METRIC = "macro_f1"
PARAMETERS = {f"part.parameter_{index}": index / 7 for index in range(12)}
COST = Cost(seconds=1.0, examples=10, examples_per_second=10.0, parameters=100, peak_memory_bytes=1000)
STEPS = [BUDGET_STEPS * turn // 10 for turn in range(1, 11)]
EVALUATIONS = [
    Evaluation(step, step * 100, {METRIC: step / 100}, 0.5, 1e-3, float(step), is_best=step > 50) for step in STEPS
]
TRACKED = TrackedStudy(StudyIdentity("tracking", "0" * 32), "1" * 32)
START = SearchStarted("tracking", Goals((objective_of(METRIC),)), 1, 1000, 0.0, None, None, {})

VALUES = [*(evaluation_metrics(evaluation, METRIC) for evaluation in EVALUATIONS), cost_metrics(COST)]
"""All that MLflow is told of a trial's numbers: by name and step, at each evaluation and at the end."""

SIZE = f"{len(PARAMETERS)} parameters and {sum(map(len, VALUES))} values a trial"

Recorder = Callable[[int], None]
"""Records the trial of a number."""


def database(file: str) -> str:
    """The URI of a new database for MLflow."""
    uri = f"sqlite:///{file}"
    make_database(uri)
    return uri


def events(number: int) -> Iterator[Event]:
    """The news of one trial."""
    yield TrialStarted(number, PARAMETERS, resumed=False)
    for evaluation in EVALUATIONS:
        yield TrialEvaluated(number, evaluation, evaluation.metrics[METRIC])
    yield TrialEnded(number, TrialEnd.COMPLETED, EVALUATIONS[-1].metrics[METRIC], EVALUATIONS[-1], COST, "")


@contextmanager
def written(uri: str) -> Iterator[Recorder]:
    """Our writer, as the tracker's thread calls it."""
    writer = MlflowWriter(MlflowClient(uri), None, TRACKED)
    writer.write(START, 0)

    def record(number: int) -> None:
        for event in events(number):
            writer.write(event, 0)

    yield record


@contextmanager
def waited_for(uri: str) -> Iterator[Recorder]:
    """What the search itself waits for: that its tracker has put the news into a queue, while its thread writes."""

    def record(number: int) -> None:
        for event in events(number):
            tracker.notice(event)

    with MlflowTracker(uri, None, TRACKED) as tracker:
        tracker.notice(START)
        yield record


@contextmanager
def by_evaluation(uri: str) -> Iterator[Recorder]:
    """The fluent API, with all values of an evaluation in a call."""
    mlflow.set_tracking_uri(uri)

    def record(number: int) -> None:
        with mlflow.start_run(run_name=f"trial {number}"):
            mlflow.log_params(shown(PARAMETERS))
            for values in VALUES:
                step = next(iter(values))[1]
                mlflow.log_metrics({name: value for (name, _), value in values.items()}, step)

    yield record


@contextmanager
def by_value(uri: str) -> Iterator[Recorder]:
    """The fluent API, with a call for each parameter and each value."""
    mlflow.set_tracking_uri(uri)

    def record(number: int) -> None:
        with mlflow.start_run(run_name=f"trial {number}"):
            for name, value in PARAMETERS.items():
                mlflow.log_param(name, str(value))
            for values in VALUES:
                for (name, step), value in values.items():
                    mlflow.log_metric(name, value, step)

    yield record


WAYS: dict[str, Callable[[str], AbstractContextManager[Recorder]]] = {
    "our writer, in a thread of its own": written,
    "our tracker: what the search waits for": waited_for,
    "the fluent API, a call for each evaluation": by_evaluation,
    "the fluent API, a call for each value": by_value,
}
