"""MLflow and SQL must say the same of a study, read with MLflow's own client."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from mlflow import MlflowClient
from mlflow.entities import Run

from tests.soak.look import FINAL, Look, SeenTrial
from tests.soak.problems import Problem, Wrong

STATUS_OF_END = {
    "completed": "FINISHED",
    "pruned": "FINISHED",
    "diverged": "FAILED",
    "out_of_memory": "FAILED",
    "error": "FAILED",
    "preempted": "KILLED",
}


def faults_in_mlflow(uri: str, study: str, metric: str, look: Look) -> Iterator[Problem]:
    """Where MLflow differs from `look`, which is of a study at rest."""
    client = MlflowClient(uri)
    experiment = client.get_experiment_by_name(study)
    if experiment is None:
        yield Problem(Wrong.MLFLOW, f"no experiment has the name {study!r}")
        return
    runs = _runs(client, experiment.experiment_id)
    by_number: dict[int, list[Run]] = defaultdict(list)
    for run in runs:
        if "automl.trial" in run.data.tags:
            by_number[int(run.data.tags["automl.trial"])].append(run)
        elif run.info.status == "RUNNING":
            yield Problem(Wrong.MLFLOW, f"the search {run.info.run_name!r} is still RUNNING in MLflow")
    for number in sorted(set(by_number) - set(look.by_number)):
        yield Problem(Wrong.MLFLOW, f"MLflow has a run of trial {number}, and SQL has no such trial")
    for trial in look.trials:
        yield from _trial_faults(client, metric, trial, by_number[trial.number])


def _trial_faults(client: MlflowClient, metric: str, trial: SeenTrial, runs: list[Run]) -> Iterator[Problem]:
    if len(runs) > 1:
        yield Problem(Wrong.DOUBLED, f"MLflow has {len(runs)} runs of trial {trial.number}")
    if not runs:
        if trial.state in FINAL or trial.evaluations:
            yield Problem(Wrong.MLFLOW, f"MLflow has no run of trial {trial.number}, which is {trial.state} in SQL")
        return
    run = runs[-1]
    wanted = STATUS_OF_END.get(str(trial.end))
    if run.info.status != wanted:
        yield Problem(
            Wrong.MLFLOW, f"trial {trial.number} ended as {trial.end}, and its run is {run.info.status}, not {wanted}"
        )
    if run.data.tags.get("automl.end") != trial.end:
        yield Problem(
            Wrong.MLFLOW,
            f"trial {trial.number} ended as {trial.end}, and its run's tag says {run.data.tags.get('automl.end')!r}",
        )
    yield from _metric_faults(client, metric, trial, run)


def _metric_faults(client: MlflowClient, metric: str, trial: SeenTrial, run: Run) -> Iterator[Problem]:
    told = client.get_metric_history(run.info.run_id, f"validation/{metric}")
    values = {each.step: each.value for each in told}
    for step, times in Counter(each.step for each in told).items():
        if times > 1:
            yield Problem(Wrong.DOUBLED, f"MLflow has {times} values of trial {trial.number} at {step} examples")
    recorded = {seen.examples: seen.value for seen in trial.evaluations.values()}
    for step in sorted(set(recorded) | set(values)):
        if recorded.get(step) != values.get(step):
            yield Problem(
                Wrong.MLFLOW,
                f"trial {trial.number} at {step} examples has {recorded.get(step)} in SQL, "
                f"and {values.get(step)} in MLflow",
            )


def _runs(client: MlflowClient, experiment_id: str) -> list[Run]:
    """All runs that are not deleted, the oldest first."""
    runs: list[Run] = []
    token: str | None = None
    while True:
        page = client.search_runs([experiment_id], order_by=["attributes.start_time ASC"], page_token=token)
        runs += page
        token = page.token
        if not token:
            return runs
