"""What MLflow costs a trial: our writer's batches against one call for each value, on SQLite.

    python -m benchmarks.engine.tracking [--trials 50]

A trial has 12 parameters, 10 evaluations and what it cost, 60 values in all. Each way records the same of it, in a
database of its own.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator

from automl.search.events import Event, SearchStarted, TrialEnded, TrialEvaluated, TrialStarted
from automl.tracking.mlflow_names import Tracked
from automl.tracking.mlflow_projection import cost_metrics, evaluation_metrics, shown
from automl.tracking.mlflow_quiet import quieten_mlflow
from automl.tracking.mlflow_tracker import MlflowTracker
from trials.record import BUDGET_STEPS, Cost, Evaluation, TrialEnd

METRIC = "macro_f1"
PARAMETERS = {f"part.parameter_{index}": index / 7 for index in range(12)}
COST = Cost(seconds=1.0, examples=10, examples_per_second=10.0, parameters=100, peak_memory_bytes=1000)
STEPS = [BUDGET_STEPS * turn // 10 for turn in range(1, 11)]
EVALUATIONS = [
    Evaluation(step, step * 100, {METRIC: step / 100}, 0.5, 1e-3, float(step), is_best=step > 50) for step in STEPS
]
TRACKED = Tracked("tracking", "0" * 32, "1" * 32)
START = SearchStarted("tracking", METRIC, True, 1, 1000, None, 0.0, None, None, {})

VALUES = [*(evaluation_metrics(evaluation, METRIC) for evaluation in EVALUATIONS), cost_metrics(COST)]
"""All that MLflow is told of a trial's numbers: by name and step, at each evaluation and at the end."""


def events(number: int) -> Iterator[Event]:
    """The news of one trial."""
    yield TrialStarted(number, PARAMETERS, resumed=False)
    for evaluation in EVALUATIONS:
        yield TrialEvaluated(number, evaluation, evaluation.metrics[METRIC])
    yield TrialEnded(number, TrialEnd.COMPLETED, EVALUATIONS[-1].metrics[METRIC], EVALUATIONS[-1], COST, "")


def written(uri: str) -> Callable[[int], None]:
    """Our writer, as the tracker's thread calls it."""
    from mlflow import MlflowClient  # noqa: PLC0415 - it has been quietened by now

    from automl.tracking.mlflow_writer import MlflowWriter  # noqa: PLC0415

    writer = MlflowWriter(MlflowClient(uri), None, TRACKED)
    writer.write(START, 0)

    def record(number: int) -> None:
        for event in events(number):
            writer.write(event, 0)

    return record


def fluent(uri: str, *, batched: bool) -> Callable[[int], None]:
    """MLflow's fluent API, value by value or with all values of an evaluation in a call."""
    import mlflow  # noqa: PLC0415

    def record(number: int) -> None:
        mlflow.set_tracking_uri(uri)
        with mlflow.start_run(run_name=f"trial {number}"):
            if batched:
                mlflow.log_params(shown(PARAMETERS))
            else:
                for name, value in PARAMETERS.items():
                    mlflow.log_param(name, str(value))
            for values in VALUES:
                step = next(iter(values))[1]
                if batched:
                    mlflow.log_metrics({name: value for (name, _), value in values.items()}, step)
                else:
                    for (name, _), value in values.items():
                        mlflow.log_metric(name, value, step)

    return record


def waited_for(uri: str, trials: int) -> list[float]:
    """What the search itself waits for: that its tracker has put the news into a queue, while its thread writes."""

    def record(number: int) -> None:
        for event in events(number):
            tracker.notice(event)

    with MlflowTracker(uri, None, TRACKED) as tracker:
        tracker.notice(START)
        return timed(record, trials)


def timed(record: Callable[[int], None], trials: int) -> list[float]:
    """The seconds of each trial."""
    spent = []
    for number in range(trials):
        started = time.perf_counter()
        record(number)
        spent.append(time.perf_counter() - started)
    return spent


def main() -> None:
    """Records the trials in all ways, and prints a row for each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--trials", type=int, default=50)
    trials: int = parser.parse_args().trials
    quieten_mlflow()
    from automl.tracking.mlflow_database import make_database  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as place:
        uris = [f"sqlite:///{place}/{number}.db" for number in range(4)]
        for uri in uris:
            make_database(uri)
        seconds = {
            "our writer, in a thread of its own": timed(written(uris[0]), trials),
            "our tracker: what the search waits for": waited_for(uris[1], trials),
            "the fluent API, a call for each evaluation": timed(fluent(uris[2], batched=True), trials),
            "the fluent API, a call for each value": timed(fluent(uris[3], batched=False), trials),
        }
    print(
        f"| {len(PARAMETERS)} parameters and {sum(map(len, VALUES))} values a trial | ms, median (range) |\n|---|---:|"
    )
    for name, spent in seconds.items():
        low, middle, high = (1000 * value for value in (min(spent), statistics.median(spent), max(spent)))
        print(f"| {name} | {middle:.1f} ({low:.1f} to {high:.1f}) |")


if __name__ == "__main__":
    main()
