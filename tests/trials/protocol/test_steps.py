import pytest

from trials.protocol import BUDGET_STEPS, EVALUATION_STEPS, evaluation_steps


@pytest.mark.parametrize(("rows", "many"), [(100, True), (299, True), (301, False), (10_000, False)])
def test_trials_are_evaluated_often_where_that_costs_little(rows: int, many: bool) -> None:
    """Nine looks at 300 texts cost as much as training on 900, which is a tenth of the budget."""
    steps = evaluation_steps(9_000, rows)
    assert (len(steps) == 10) is many
    assert steps == tuple(sorted(set(steps)))
    assert set(EVALUATION_STEPS) <= set(steps)
    assert (steps[0], steps[-1]) == (1, BUDGET_STEPS)
