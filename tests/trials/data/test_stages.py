"""The samples of texts that a probe reads before all of them."""

from dataclasses import replace

import numpy as np
import pytest

from tests.trials.toy import encode, toy_dataset, toy_texts
from trials.data.dataset import EncodedDataset
from trials.data.stages import EARLY_STEPS, FEWEST_ROWS, stages_of
from trials.protocol import BUDGET_STEPS, EVALUATION_STEPS, evaluation_steps

ROWS, HELD_OUT = 2_000, 50


def texts(train: int, validation: int) -> EncodedDataset:
    splits = encode(*toy_texts(train, seed=0)), encode(*toy_texts(validation, seed=1))
    return replace(toy_dataset(), train=splits[0], validation=splits[1])


@pytest.fixture(scope="module")
def data() -> EncodedDataset:
    return texts(ROWS, HELD_OUT)


def test_each_stage_has_its_share_and_all_rows_are_read_once(data):
    stages = stages_of(data)
    assert [stage.step for stage in stages] == [*EARLY_STEPS, BUDGET_STEPS]
    for stage in stages:
        assert len(stage.training) == pytest.approx(ROWS * stage.step / BUDGET_STEPS, abs=1)
        assert stage.is_enough
    read = np.concatenate([stage.added for stage in stages])
    assert sorted(read) == list(range(ROWS + HELD_OUT))
    assert set(range(ROWS, ROWS + HELD_OUT)) <= set(stages[0].added.tolist()), "scores need all validation rows"
    so_far = np.zeros(ROWS + HELD_OUT, dtype=bool)
    for stage in stages:
        so_far[stage.added] = True
        assert np.array_equal(np.flatnonzero(so_far[:ROWS]), stage.training)


def test_other_labels_of_the_same_texts_have_the_same_stages(data):
    corrected = replace(data, train=replace(data.train, labels=np.roll(data.train.labels, 7)))
    for one, other in zip(stages_of(data), stages_of(corrected), strict=True):
        np.testing.assert_array_equal(one.added, other.added)


def test_a_sample_that_lacks_a_class_or_has_few_rows_tells_nothing(data):
    labels = np.arange(ROWS) % 2
    first, second, _ = stages_of(data)
    labels[np.setdiff1d(second.training, first.training)[:2]] = 2
    rare = replace(data, train=replace(data.train, labels=labels))
    assert [stage.is_enough for stage in stages_of(rare)] == [False, True, True]
    assert [stage.is_enough for stage in stages_of(texts(4 * FEWEST_ROWS, 20))] == [False, True, True]
    assert [stage.is_enough for stage in stages_of(texts(FEWEST_ROWS, 20))] == [False, False, True]
    numbers = replace(data, train=replace(data.train, labels=np.linspace(0, 1, ROWS)), label_names=("stars",))
    assert all(stage.is_enough for stage in stages_of(numbers))


def test_no_model_that_is_trained_is_evaluated_at_the_step_of_a_sample():
    assert not {*EARLY_STEPS} & {*EVALUATION_STEPS, *evaluation_steps(10**6, 100)}
