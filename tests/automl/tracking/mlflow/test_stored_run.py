from automl.tracking.mlflow.names import DRIVER_TAG, TRIAL_TAG
from automl.tracking.mlflow.stored_run import StoredRun


def test_a_run_is_of_a_trial_and_of_a_driver_by_its_tags() -> None:
    def run(**tags: str) -> StoredRun:
        return StoredRun("id", "name", "RUNNING", {}, tags, {})

    assert (run(**{TRIAL_TAG: "0"}).number, run().number) == (0, None)
    assert (run(**{DRIVER_TAG: "me"}).driver, run(**{DRIVER_TAG: ""}).driver, run().driver) == ("me", "", "")
