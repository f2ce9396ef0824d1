"""The samples of texts that a probe reads before all of them."""

from dataclasses import replace

import numpy as np
import pytest

from tests.trials.toy import encode, toy_dataset, toy_texts
from trials.data.dataset import EncodedDataset
from trials.data.stages import FEWEST_ROWS, LEAST_OF_A_CLASS, stages_of
from trials.protocol import BUDGET_STEPS

ROWS, HELD_OUT = 2_000, 50


def texts(train: int, validation: int) -> EncodedDataset:
    splits = encode(*toy_texts(train, seed=0)), encode(*toy_texts(validation, seed=1))
    return replace(toy_dataset(), train=splits[0], validation=splits[1])


@pytest.fixture(scope="module")
def data() -> EncodedDataset:
    return texts(ROWS, HELD_OUT)


def test_each_stage_has_its_share_and_all_rows_are_read_once(data):
    stages = stages_of(data)
    assert [stage.step for stage in stages] == [9, 27, 81]
    for stage in stages:
        assert len(stage.training) == pytest.approx(ROWS * stage.step / BUDGET_STEPS, abs=3)
    read = np.concatenate([stage.added for stage in stages])
    assert sorted(read) == list(range(ROWS + HELD_OUT))
    assert set(range(ROWS, ROWS + HELD_OUT)) <= set(stages[0].added.tolist()), "scores need all validation rows"
    so_far = np.zeros(ROWS + HELD_OUT, dtype=bool)
    for stage in stages:
        so_far[stage.added] = True
        assert np.array_equal(np.flatnonzero(so_far[:ROWS]), stage.training)


def test_samples_are_stratified_and_have_rare_classes(data):
    labels = np.arange(ROWS) % 4 // 3  # a quarter is of class 1
    labels[:3] = 2
    rare = replace(data, train=replace(data.train, labels=labels), label_names=("a", "b", "c"))
    first, *_ = stages_of(rare)
    counts = np.bincount(labels[first.training])
    assert counts[1] / counts.sum() == pytest.approx(0.25, abs=0.02)
    assert counts[2] == LEAST_OF_A_CLASS


def test_the_stages_of_the_same_data_are_the_same(data):
    for one, other in zip(stages_of(data), stages_of(data), strict=True):
        np.testing.assert_array_equal(one.added, other.added)


def test_samples_of_few_rows_are_left_out():
    assert [stage.step for stage in stages_of(texts(3 * FEWEST_ROWS + 9, 20))] == [27, 81]
    assert [stage.step for stage in stages_of(texts(FEWEST_ROWS, 20))] == [81]
