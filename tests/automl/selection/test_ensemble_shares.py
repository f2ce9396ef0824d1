"""How an ensemble is divided among models of the same kind and of different ones."""

import numpy as np
import pytest

from automl.selection.ensemble_shares import UNITS, best_shares
from trials.metrics import Logits, Outputs, log_loss
from trials.tasks import MULTI_LABEL, REGRESSION, SINGLE_LABEL

CLASSES = 3


def labels_of(rows: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, CLASSES, rows)


def model(labels: np.ndarray, seed: int, skill: float = 1.0) -> Logits:
    """Logits of a calibrated model, whose errors are its own."""
    noise = np.random.default_rng(seed).normal(size=(len(labels), CLASSES))
    return skill * (skill * np.eye(CLASSES)[labels] + noise)


def shares(models: dict[int, Logits], labels: np.ndarray, kinds=None, most=5, allowed=lambda members: True):
    return best_shares(models, labels, kinds or {}, most, allowed)


def loss(models: dict[int, Logits], labels: np.ndarray, given: dict[int, float]) -> float:
    mean = SINGLE_LABEL.mean([models[number] for number in given], list(given.values()))
    return log_loss(Outputs(mean, labels))


def test_shares_of_one_kind_have_the_least_loss_of_all_shares_of_two_models():
    labels = labels_of(300)
    models = {3: model(labels, 1, 1.2), 8: model(labels, 2)}
    found = shares(models, labels)
    ways = [{3: units / UNITS, 8: 1 - units / UNITS} for units in range(1, UNITS)]
    best = min(ways, key=lambda way: loss(models, labels, way))
    assert found == pytest.approx(best) and list(found) == [3, 8]


def test_few_rows_leave_different_kinds_near_even_shares_and_many_rows_speak_for_themselves():
    """The second model is worse: twenty rows cannot tell by how much, two thousand can."""
    found = {}
    for rows in (20, 2000):
        labels = labels_of(rows)
        models = {0: model(labels, 1, 2.0), 1: model(labels, 2, 1.5)}
        found[rows] = shares(models, labels, {0: "finetune", 1: "linear"})
        alone = shares(models, labels)
        assert alone.get(1, 0.0) <= found[rows].get(1, 0.0)
    assert 4 / UNITS <= found[20][1] <= 0.5
    assert found[2000].get(1, 0.0) <= 3 / UNITS


def test_a_bad_kind_gets_nothing_however_few_the_rows():
    labels = labels_of(60)
    wrong = 6.0 * np.eye(CLASSES)[(labels + 1) % CLASSES]
    found = shares({0: model(labels, 1, 2.0), 1: model(labels, 2, 2.0), 2: wrong}, labels, {0: "a", 1: "b", 2: "c"})
    assert set(found) == {0, 1}


def test_a_kind_that_is_hardly_better_than_a_constant_gets_nothing_where_rows_are_few():
    """Trials that were cut short leave such models; the entropy alone would give each of them a share."""
    labels = labels_of(15)
    good = {0: model(labels, 1, 3.0), 1: model(labels, 2, 3.0)}
    for seed in range(3, 9):
        models = {**good, 2: model(labels, seed, 0.1)}
        assert set(shares(models, labels, {0: "probe", 1: "linear", 2: "lora"})) == {0, 1}


def test_a_model_that_is_not_allowed_does_not_change_the_prior_of_its_kind():
    labels = labels_of(40)
    models = {0: model(labels, 1, 2.0), 1: model(labels, 2, 1.0), 2: model(labels, 3, 4.0)}
    kinds = {0: "probe", 1: "linear", 2: "linear"}
    without = shares({0: models[0], 1: models[1]}, labels, kinds)
    assert shares(models, labels, kinds, allowed=lambda members: 2 not in members) == without


def test_the_prior_is_for_kinds_and_not_for_models_of_one():
    """Copies of a model add nothing: without kinds they get no share, and of two kinds one of each is enough."""
    labels = labels_of(200)
    first, second = model(labels, 1), model(labels, 2)
    assert shares({0: first, 1: first.copy(), 2: first.copy()}, labels) == {0: 1.0}
    found = shares({0: first, 1: first.copy(), 2: second, 3: second.copy()}, labels, {0: "a", 1: "a", 2: "b", 3: "b"})
    assert len(found) == 2 and len({number // 2 for number in found}) == 2


def test_no_more_members_than_allowed_and_none_that_break_the_constraints():
    labels = labels_of(300)
    models = {number: model(labels, number) for number in range(8)}
    kinds = {number: number for number in models}
    assert len(shares(models, labels, kinds)) == 5
    assert len(shares(models, labels, kinds, most=2)) == 2
    assert set(shares(models, labels, kinds, allowed=lambda members: members <= {4, 6})) == {4, 6}
    for seed in range(8):
        labels = labels_of(100)
        models = {number: model(labels, 10 * seed + number) for number in range(6)}
        pair = shares(models, labels, most=2)
        ways = (shares({a: models[a], b: models[b]}, labels) for a in range(6) for b in range(a))
        assert loss(models, labels, pair) <= min(loss(models, labels, way) for way in ways) + 0.004
    labels = labels_of(300)
    models = {number: model(labels, number) for number in range(8)}
    assert shares(models, labels, kinds, allowed=lambda members: False) == {}
    found = shares(models, labels, kinds)
    assert sum(found.values()) == pytest.approx(1.0) and list(found.values()) == sorted(found.values(), reverse=True)


def test_numbers_and_label_sets_are_divided_too():
    generator = np.random.default_rng(0)
    true = generator.normal(50.0, 10.0, 400)
    numbers = {seed: (true + generator.normal(0.0, error, 400))[:, None] for seed, error in ((1, 3.0), (2, 6.0))}
    found = best_shares(numbers, true, {}, 5, lambda members: True)
    assert found[1] == pytest.approx(0.8, abs=1.5 / UNITS), "the inverse of the variances: 4 to 1"
    mean = REGRESSION.mean([numbers[number] for number in found], list(found.values()))
    assert REGRESSION.evaluate(mean, true)["rmse"] < 2.9
    few = true[:12]
    error = generator.normal(0.0, 3.0, 12)
    worse = {1: (few + error)[:, None], 2: (few + 1.1 * error)[:, None]}
    with_kinds, without = (best_shares(worse, few, kinds, 5, lambda members: True) for kinds in ({1: "a", 2: "b"}, {}))
    assert with_kinds[2] > without.get(2, 0.0)
    sets = generator.random((300, 4)) < 0.4
    models = {n: generator.normal(size=sets.shape) * 2 + 2.0 * sets - 1.0 for n in (1, 2)}
    models = {n: MULTI_LABEL.calibrate(each, sets).outputs(each) for n, each in models.items()}
    assert set(best_shares(models, sets, {}, 5, lambda members: True)) == {1, 2}


def test_with_several_labels_a_text_each_label_of_a_row_speaks_against_the_prior():
    """The second model is worse; 25 rows of 40 labels are a thousand answers that tell by how much."""
    generator = np.random.default_rng(3)
    sets = generator.random((25, 40)) < 0.4
    models = {n: skill * generator.normal(size=sets.shape) + 3.0 * sets - 1.5 for n, skill in ((1, 1.0), (2, 2.5))}
    models = {n: MULTI_LABEL.calibrate(each, sets).outputs(each) for n, each in models.items()}
    found = [best_shares(models, sets, kinds, 5, lambda members: True) for kinds in ({1: "a", 2: "b"}, {})]
    assert found[0].get(2, 0.0) - found[1].get(2, 0.0) <= 1 / UNITS
    assert found[0].get(2, 0.0) < 0.3
