from pathlib import Path

from mlflow import MlflowClient

from automl.core.events import SearchEnded, StopReason
from automl.core.records import StudyIdentity
from automl.tracking.mlflow.event_queue import Registration
from automl.tracking.mlflow.model.handed_over import register_handed_over
from automl.tracking.mlflow.tracker import MlflowTracker
from tests.automl.tracking.news import search_started, tracked
from tests.automl.tracking.reading import searches_of


def test_what_a_search_has_logged_is_registered_as_it_is(mlflow_uri: str, mlflow_workspace: Path, linear: Path) -> None:
    root, of = mlflow_workspace / "artifacts", tracked("handed over")
    with MlflowTracker(mlflow_uri, root, of) as tracker:
        tracker.notice(search_started())
        tracker.log_model(linear, Registration("handed-over"))
        assert tracker.close() == 0
    client = MlflowClient(mlflow_uri)
    assert register_handed_over(client, of.study, root, linear, Registration("handed-over", "next")) == "1"
    (search,) = searches_of(mlflow_uri, "handed over")
    found = client.get_model_version_by_alias("handed-over", "next")
    assert (found.run_id, str(found.version)) == (search.info.run_id, "1")


def test_a_model_that_mlflow_lacks_is_logged_first(mlflow_uri: str, mlflow_workspace: Path, linear: Path) -> None:
    client, study = MlflowClient(mlflow_uri), StudyIdentity("lost", "lost-uuid")
    root = mlflow_workspace / "artifacts"
    assert register_handed_over(client, study, root, linear, Registration("lost")) == "1"
    (search,) = searches_of(mlflow_uri, "lost")
    assert search.info.status == "FINISHED"
    assert len(search.outputs.model_outputs) == 1


def test_a_model_that_cannot_be_logged_is_told_and_the_search_is_recorded_as_ever(
    mlflow_uri: str, mlflow_workspace: Path, linear: Path
) -> None:
    warnings: list[str] = []
    (linear / "classifier.json").unlink()  # neither of a kind of ours nor of transformers
    with MlflowTracker(
        mlflow_uri, mlflow_workspace / "artifacts", tracked("no model"), warn=warnings.append
    ) as tracker:
        tracker.notice(search_started())
        tracker.log_model(linear)
        tracker.notice(SearchEnded(StopReason.TRIALS))
        assert tracker.close() == 1
    (search,) = searches_of(mlflow_uri, "no model")
    assert search.info.status == "FINISHED"
    assert (
        warnings[-1] == "The model is complete in its folder, but MLflow does not have it; `automl register` logs it."
    )
