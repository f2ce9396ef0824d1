"""The task of labels and of models, and what every task promises."""

import numpy as np
import pytest

from trials.metrics import Logits
from trials.protocol import Evaluation
from trials.tasks import (
    KNOWN_METRICS,
    MULTI_LABEL,
    ORDINAL,
    REGRESSION,
    SINGLE_LABEL,
    TASKS,
    LabelArray,
    Task,
    task_of,
    task_of_counts,
    task_of_model,
)

GENERATOR = np.random.default_rng(0)
ROWS = 80
LABELS: dict[str, LabelArray] = {
    "single-label": GENERATOR.integers(0, 4, ROWS),
    "multi-label": GENERATOR.random((ROWS, 4)) < 0.4,
    "ordinal": GENERATOR.integers(0, 4, ROWS).astype(np.int32),
    "regression": GENERATOR.normal(size=ROWS),
}
OUTPUTS = {name: GENERATOR.normal(size=(ROWS, 1 if name == "regression" else 4)) for name in LABELS}


@pytest.fixture(params=TASKS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def task(name: str) -> Task:
    return TASKS[name]


def test_shape_and_type_of_labels_say_what_they_are(name: str, task: Task) -> None:
    assert task_of(LABELS[name]) is task
    assert task_of(LABELS[name][:0]) is task
    assert task_of(np.concatenate([LABELS[name][:3], LABELS[name][5:]])) is task


def test_a_metric_of_several_tasks_is_ordered_alike(task: Task) -> None:
    for name, metric in task.metrics.items():
        assert (metric.name, metric.maximize) == (name, KNOWN_METRICS[name].maximize)
    used = {task.default_metric, task.row_metric, task.shown_metric, task.loss_metric} - {None}
    assert used <= task.metrics.keys()
    assert not task.metrics[task.loss_metric].maximize


def test_every_metric_is_finite_and_the_counts_name_their_task(name: str, task: Task) -> None:
    scores = task.evaluate(OUTPUTS[name], LABELS[name])
    assert scores.keys() == task.metrics.keys()
    assert np.isfinite(list(scores.values())).all()
    counts = task.counts(OUTPUTS[name], LABELS[name])
    assert (task_of_counts(counts), counts.rows) == (task, ROWS)


def test_a_model_that_gives_every_text_the_same_answer_is_called_so(name: str, task: Task) -> None:
    if task is MULTI_LABEL:
        return  # it has no such metric
    same = np.tile(OUTPUTS[name][:1], (ROWS, 1))
    for outputs, is_constant in ((same, True), (right(name), False)):
        scores = task.evaluate(outputs, LABELS[name])
        assert Evaluation(27, 0, scores, 0.5, 0.0, 1.0, is_best=True).is_constant == is_constant


def right(name: str) -> Logits:
    """Outputs that are right on all rows."""
    return LABELS[name][:, None] if name == "regression" else np.eye(4)[LABELS[name]]


def test_a_calibration_can_be_fitted_and_one_model_alone_is_its_own_mean(name: str, task: Task) -> None:
    outputs = task.calibrate(OUTPUTS[name], LABELS[name]).outputs(OUTPUTS[name])
    assert np.isfinite(task.score(task.default_metric, outputs, LABELS[name]))
    alone = task.mean([OUTPUTS[name]], [1.0])
    np.testing.assert_allclose(task.probabilities(alone), task.probabilities(OUTPUTS[name]))
    assert task.wins(OUTPUTS[name], OUTPUTS[name], LABELS[name]) == (0, 0)


def test_rows_are_divided_into_equal_parts(name: str, task: Task) -> None:
    kept, off = task.split_off(LABELS[name], 0.25, 0)
    assert sorted([*kept, *off]) == list(range(ROWS))
    assert abs(len(off) - ROWS / 4) <= 4
    assert np.ptp(np.bincount(task.divide(LABELS[name], 4, 0))) <= 1
    assert task.strata(LABELS[name]).shape == task.drawn_within(LABELS[name]).shape == (ROWS,)
    assert task.imbalance(LABELS[name]) >= 1.0


def test_the_outputs_of_a_model_say_what_it_gives() -> None:
    assert task_of_model(("a", "b"), ()) is SINGLE_LABEL
    assert task_of_model(("a", "b"), (0.5, 0.5)) is MULTI_LABEL
    assert task_of_model(("a",), (0.5,)) is MULTI_LABEL
    assert task_of_model(("score",), ()) is REGRESSION
    assert ORDINAL in TASKS.values()


def test_a_constant_answer_has_no_share_in_what_its_metric_rewards() -> None:
    numbers = np.array([1.0, 2.0, 9.0])
    constant = REGRESSION.constant(numbers, 1, "r2")
    assert REGRESSION.score("r2", np.tile(constant, (3, 1)), numbers) == 0.0
    assert REGRESSION.constant(numbers, 1, "mae").tolist() == [2.0]
    ranks = np.array([0, 2, 2, 1], dtype=np.int32)
    outputs = np.tile(ORDINAL.constant(ranks, 3, "qwk"), (4, 1))
    assert (ORDINAL.score("qwk", outputs, ranks), ORDINAL.score("accuracy", outputs, ranks)) == (0.0, 0.5)
    assert SINGLE_LABEL.constant(np.array([0, 1]), 2, "macro_f1") is None
