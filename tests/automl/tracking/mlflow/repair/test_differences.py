import pytest

from automl.tracking.mlflow.repair.differences import Repair
from automl.tracking.mlflow.stored_run import StoredRun


def run(status: str = "FINISHED") -> StoredRun:
    return StoredRun("id", "trial-0003", status, {}, {}, {})


@pytest.mark.parametrize(
    ("repair", "sentences"),
    [
        (Repair("r", None, run()), ()),
        (Repair("r", None, None), ("r is missing",)),
        (Repair("r", None, None, (run(),)), ("r has values that the database does not have",)),
        (Repair("r", None, run(), (run(), run())), ("r exists 3 times",)),
        (Repair("r", None, run("RUNNING"), status="KILLED"), ("r is still open, but no driver works on it",)),
        (Repair("r", None, run("FAILED"), status="FINISHED"), ("r is FAILED, but must be FINISHED",)),
        (Repair("r", None, run(), params={"a": "1", "b": "2"}), ("r lacks the parameters a, b",)),
        (
            Repair("r", None, run(), metrics={("x", 900): 1.0, ("y", 100): 1.0, ("z", 900): 1.0}),
            ("r has missing or different metrics at 100, 900 examples",),
        ),
        (
            Repair("r", None, run(), (run(),), tags={"end": ""}, status="KILLED"),
            ("r exists 2 times", "r is FINISHED, but must be KILLED", "r has different tags: end"),
        ),
    ],
)
def test_each_difference_is_a_sentence(repair, sentences):
    assert repair.differences == sentences
