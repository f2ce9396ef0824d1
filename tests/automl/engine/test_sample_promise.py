"""What a sample of the rows promises, with errors as they were measured on two corpora."""

import pytest

from automl.core.objectives import Objective
from automl.engine.sample_promise import may_win

ACCURACY, LOG_LOSS, R2 = Objective("accuracy", True), Objective("log_loss", False), Objective("r2", True)


@pytest.mark.parametrize(
    ("values", "best", "expected"),
    [
        ([0.837], 0.80, True),  # mpnet on Rotten Tomatoes: already better than the best one
        ([0.739], 0.80, True),  # MiniLM there, which ends at 0.80
        ([0.9562], 0.981, True),  # mpnet on BBC News, which ends at 0.981 to 0.9875
        ([0.90], 0.984, False),  # an encoder that does not fit these texts
        ([0.9437, 0.9531], 0.981, False),  # MiniLM on BBC News, which ends at 0.959
        ([0.9562, 0.9719], 0.981, True),  # mpnet, which ends at 0.981
        ([0.80, 0.79], 0.81, True),  # by chance worse with more rows, and close to the best one
        ([0.80, 0.79], 0.90, False),
    ],
)
def test_rows_can_bring_only_so_much(values: list[float], best: float, expected: bool) -> None:
    assert may_win(values, best, ACCURACY, 320) is expected


def test_losses_and_scores_below_zero_are_judged_alike() -> None:
    assert may_win([0.5], 0.25, LOG_LOSS, 300)
    assert not may_win([0.5], 0.1, LOG_LOSS, 300)
    assert may_win([-0.2, 0.1], 0.3, R2, 300)
    assert not may_win([-0.2, -0.1], 0.5, R2, 300)
    assert not may_win([1.0, 1.0], 0.0, LOG_LOSS, 300), "nothing is better than a perfect value"
