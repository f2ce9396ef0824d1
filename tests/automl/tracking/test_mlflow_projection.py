"""What MLflow is to show of a trial's cost."""

from automl.tracking.mlflow_projection import cost_metrics
from trials.record import Cost


def test_the_loss_of_a_stage_is_shown_where_there_was_one() -> None:
    without = Cost(12.5, 400, 720.0, 1_250_000, 2**20)
    assert ("cost/pretraining_loss", 400) not in cost_metrics(without)
    with_stage = Cost(12.5, 400, 720.0, 1_250_000, 2**20, shared_seconds=3.0, pretraining_loss=5.5)
    shown = cost_metrics(with_stage)
    assert (shown["cost/pretraining_loss", 400], shown["cost/shared_seconds", 400]) == (5.5, 3.0)
