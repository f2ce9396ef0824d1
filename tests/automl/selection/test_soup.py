"""Which finetunings are averaged; the logits of a mean are made up of those of its members."""

from dataclasses import replace

import numpy as np

from automl.selection.soup import SoupChoice, choose_soup
from automl.selection.uncertainty import Comparison
from trials.tasks import Calibration

ROWS, CLASSES = 400, 3
LABELS = np.arange(ROWS) % CLASSES
ONES = np.eye(CLASSES)[LABELS]


def model(seed: int, skill: float = 1.5) -> np.ndarray:
    return skill * ONES + np.random.default_rng(seed).normal(size=(ROWS, CLASSES))


class Means:
    """Gives the mean logits of the members, and counts how often it is asked for a new mean."""

    def __init__(self, models: dict[int, np.ndarray], most: int = 99) -> None:
        self.models, self.most, self.asked = models, most, set[tuple[int, ...]]()

    def __call__(self, members: tuple[int, ...]) -> np.ndarray | None:
        if len(members) > 1 and members not in self.asked and len(self.asked) == self.most:
            return None
        self.asked |= {members} if len(members) > 1 else set()
        return np.mean([self.models[number] for number in members], axis=0)


def test_models_with_errors_of_their_own_are_averaged_and_one_that_spoils_the_mean_is_left_out():
    models = {4: model(0), 2: model(1), 7: -model(2), 5: model(3)}
    choice = choose_soup("accuracy", (4, 2, 7, 5), Means(models), LABELS, models[4])
    assert choice.members == (4, 2, 5) and choice.is_better(1)
    assert choice.gain.gain > 0.03
    assert (
        choice.scores["log_loss"]
        == choose_soup("log_loss", (4, 2, 5), Means(models), LABELS, models[4]).scores["log_loss"]
    )


def test_the_mean_of_three_is_found_where_that_of_any_two_is_worse_than_the_first():
    models = {number: model(number) for number in range(3)}
    good, bad = model(10, skill=3.0), model(11, skill=0.2)

    def logits(members: tuple[int, ...]) -> np.ndarray:
        if len(members) == 1:
            return models[members[0]]
        return good if len(members) == 3 else bad

    choice = choose_soup("accuracy", range(3), logits, LABELS, models[0])
    assert choice.members == (0, 1, 2)


def test_a_mean_may_not_lag_in_the_metric_by_more_than_its_margin():
    gains = [Comparison(gain, gain - 0.02, gain + 0.02, 5, 5, error=0.01) for gain in (0.02, -0.005, -0.02)]
    lead, luck, loss = gains
    made = SoupChoice((0, 1), Calibration(), {}, ONES, lead, lead)
    assert made.is_better(1.0) and replace(made, gain=luck).is_better(1.0)
    assert not replace(made, gain=loss).is_better(1.0)
    assert not replace(made, log_loss_gain=luck).is_better(1.0)
    assert not made.is_better(3.0)


def test_of_models_that_know_nothing_no_mean_is_offered():
    offered = 0
    for seed in range(20):
        models = {number: model(100 * seed + number, skill=0.0) for number in range(5)}
        choice = choose_soup("accuracy", range(5), Means(models), LABELS, Calibration(50.0).outputs(models[0]))
        offered += choice is not None and choice.is_better(1)
    assert offered <= 1


def test_a_mean_of_equal_models_is_not_better():
    models = {number: model(0) for number in range(3)}
    choice = choose_soup("accuracy", range(3), Means(models), LABELS, models[0])
    assert choice is None or not choice.is_better(1)


def test_no_further_means_are_tried_when_the_time_is_over():
    models = {number: model(number) for number in range(4)}
    means = Means(models, most=1)
    choice = choose_soup("accuracy", range(4), means, LABELS, models[0])
    assert means.asked == {(0, 1)}
    assert choice.members == (0, 1)


def test_thresholds_of_several_labels_are_fitted_to_other_rows_than_those_that_are_scored():
    several = np.random.default_rng(9).random((ROWS, CLASSES)) < 0.3
    models = {n: 3.0 * several - 1.5 + np.random.default_rng(n).normal(size=several.shape) for n in range(3)}
    single = Calibration(thresholds=(0.5,) * CLASSES).outputs(models[0])
    choice = choose_soup("micro_f1", range(3), Means(models), several, single)
    assert choice.is_better(1) and choice.members == (0, 1, 2)
    assert choice.outputs.shape == (ROWS, CLASSES, 2) and len(choice.calibration.thresholds) == CLASSES
