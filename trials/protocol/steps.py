"""The steps of a full budget, and those at which trials are evaluated."""

BUDGET_STEPS = 81
"""Steps of a full budget; rungs a factor of 3 apart fall on whole steps."""

EVALUATION_STEPS = (1, 9, 27, 54, 81)
"""Steps at which every trial is evaluated. The first evaluation comes early, and uses a sample only."""

EVALUATION_EVERY = 9
"""Steps between evaluations where these are cheap, so that the best model is not missed."""

EVALUATION_COST = 1 / 3
"""Cost of evaluating a text relative to training on it: the backward pass costs twice the forward pass."""

LITTLE = 0.1
"""Largest cost of all evaluations, as a share of the training, for which there are more than `EVALUATION_STEPS`."""


def evaluation_steps(budget_examples: int, validation_rows: int, share: float = LITTLE) -> tuple[int, ...]:
    """Return the steps at which trials are evaluated.

    Args:
        budget_examples: training examples of a full run, repeats included.
        validation_rows: rows of the validation split.
        share: largest cost of all evaluations, as a share of the training, for which there are many.
    """
    many = tuple(range(EVALUATION_EVERY, BUDGET_STEPS + 1, EVALUATION_EVERY))
    cost = len(many) * validation_rows * EVALUATION_COST
    return (1, *many) if cost <= share * budget_examples else EVALUATION_STEPS
